const PAGE = 10;

/* The handles of sliders have no names of their own: each gets its slider's label. */
function nameSliders(view) {
  for (const handle of view.querySelectorAll(".noUi-handle:not([aria-label])")) {
    const label = handle.closest(".widget-inline-hbox")?.querySelector(".widget-label");
    if (label?.textContent) handle.setAttribute("aria-label", label.textContent);
  }
}

function cell(kind, text, className) {
  const element = document.createElement(kind);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

function render({ model, el }) {
  const frame = document.createElement("div");
  frame.className = "xhs-table";
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  const table = document.createElement("table");
  table.setAttribute("role", "grid");
  const note = document.createElement("div");
  note.className = "xhs-note";
  note.setAttribute("aria-live", "polite");
  frame.append(table);
  el.append(frame, note);

  const drawHead = () => {
    const row = document.createElement("tr");
    if (model.get("pickable")) row.append(cell("td", "", "pick"));
    for (const column of model.get("columns")) {
      const head = cell("th", "", column.number ? "number" : "");
      const button = cell("button", column.label);
      const isSorted = column.name === model.get("sorted_by");
      if (isSorted) {
        const down = model.get("is_descending");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        button.textContent += down ? " ▾" : " ▴";
      }
      button.onclick = () => {
        model.set("is_descending", isSorted ? !model.get("is_descending") : true);
        model.set("sorted_by", column.name);
        model.save_changes();
      };
      button.tabIndex = -1; // reached from the rows with the arrows, so that Tab leads on
      head.setAttribute("scope", "col");
      head.append(button);
      row.append(head);
    }
    const top = document.createElement("thead");
    top.append(row);
    return top;
  };

  const drawRow = (texts, number) => {
    const key = model.get("row_keys")[number];
    const columns = model.get("columns");
    const row = document.createElement("tr");
    row.dataset.key = key;
    row.setAttribute("role", "row");
    if (model.get("pickable")) {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.tabIndex = -1;
      box.checked = model.get("picked").includes(key);
      box.setAttribute("aria-label", texts[0]);
      box.onclick = (event) => {
        event.stopPropagation();
        pick(key);
      };
      const holder = cell("td", "", "pick");
      holder.append(box);
      row.append(holder);
    }
    texts.forEach((text, place) => {
      const one = cell("td", text, columns[place] && columns[place].number ? "number" : "");
      one.title = text;
      row.append(one);
    });
    row.onclick = () => select(key);
    return row;
  };

  const draw = () => {
    const body = document.createElement("tbody");
    body.append(...model.get("rows").map(drawRow));
    table.replaceChildren(drawHead(), body);
    frame.classList.toggle("pickable", model.get("pickable"));
    for (const one of [frame, table]) one.setAttribute("aria-label", model.get("about"));
    note.textContent = model.get("note");
    mark(false);
  };

  const mark = (reveal) => {
    for (const row of table.querySelectorAll("tbody tr")) {
      const isSelected = row.dataset.key === model.get("selected");
      row.classList.toggle("selected", isSelected);
      row.setAttribute("aria-selected", String(isSelected));
      if (isSelected && reveal) row.scrollIntoView({ block: "nearest" });
    }
  };

  const select = (key) => {
    model.set("selected", key);
    model.save_changes();
  };

  const pick = (key) => {
    const picked = model.get("picked");
    model.set("picked", picked.includes(key) ? picked.filter((each) => each !== key) : [...picked, key]);
    model.save_changes();
  };

  const steps = {
    ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE, Home: -Infinity, End: Infinity,
  };
  const sideways = { ArrowLeft: -1, ArrowRight: 1 };
  const moveAlongHead = (event) => {
    const heads = [...table.querySelectorAll("th button")];
    const place = heads.indexOf(event.target) + sideways[event.key];
    (heads[place] || frame).focus();
    event.preventDefault();
    event.stopPropagation();
  };
  frame.addEventListener("keydown", (event) => {
    if (event.key in sideways) return moveAlongHead(event);
    const keys = model.get("row_keys");
    const place = keys.indexOf(model.get("selected"));
    if (event.target !== frame || keys.length === 0) return;
    if (event.key in steps) {
      const next = Math.min(Math.max(place + steps[event.key], 0), keys.length - 1);
      select(keys[next]);
    } else if (event.key === " " && model.get("pickable") && place >= 0) {
      pick(keys[place]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const later = (work) => {
    let waiting = false;
    return () => {
      if (waiting) return;
      waiting = true;
      queueMicrotask(() => {
        waiting = false;
        work();
      });
    };
  };
  const redraw = later(draw);
  for (const name of ["columns", "rows", "row_keys", "picked", "pickable", "sorted_by", "is_descending", "about", "note"]) {
    model.on(`change:${name}`, redraw);
  }
  model.on("change:selected", () => mark(true));
  draw();
  const view = () => el.closest(".xhs-view");
  const watch = new MutationObserver(() => view() && nameSliders(view()));
  requestAnimationFrame(() => view() && (nameSliders(view()), watch.observe(view(), { childList: true, subtree: true })));
  return () => watch.disconnect();
}

export default { render };
