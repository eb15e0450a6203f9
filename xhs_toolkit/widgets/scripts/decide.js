const CHOICES = ["keep", "maybe", "drop"];
const NAME = "xhs-decided-by";

function field(words, name) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "text";
  input.setAttribute("aria-label", words[name]);
  label.append(words[name], input);
  return [label, input];
}

function render({ model, el }) {
  const words = model.get("words");
  const form = document.createElement("form");
  form.className = "xhs-decide";
  const who = document.createElement("strong");
  const saved = document.createElement("span");
  saved.setAttribute("role", "status");
  const [whyLabel, why] = field(words, "why");
  const [byLabel, by] = field(words, "by");
  by.value = window.localStorage.getItem(NAME) || "";
  const save = document.createElement("button");
  save.textContent = words.save;
  save.className = "primary";

  let decision = "";
  const buttons = CHOICES.map((name) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words[name];
    button.onclick = () => press(name);
    return button;
  });
  const press = (name) => {
    decision = name;
    buttons.forEach((button, place) => button.setAttribute("aria-pressed", String(CHOICES[place] === name)));
  };
  const show = () => {
    const creator = model.get("creator");
    form.hidden = !creator;
    who.textContent = model.get("names")[creator] || "";
    why.value = "";
    press(model.get("decided")[creator] || "");
  };

  form.onsubmit = (event) => {
    event.preventDefault();
    window.localStorage.setItem(NAME, by.value);
    saved.textContent = "…";
    model.send({ creator: model.get("creator"), decision, reason: why.value, by: by.value });
  };
  model.on("change:creator", show);
  model.on("change:names", () => {
    who.textContent = model.get("names")[model.get("creator")] || who.textContent;
  });
  model.on("change:saved", () => {
    saved.textContent = model.get("saved");
  });
  form.append(who, ...buttons, whyLabel, byLabel, save, saved);
  show();
  el.append(form);
}

export default { render };
