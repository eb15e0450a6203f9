function render({ model, el }) {
  const image = document.createElement("img");
  image.className = "xhs-picture";
  let address = "";
  const draw = () => {
    const old = address;
    image.hidden = model.get("png").byteLength === 0;
    if (image.hidden) return;
    address = URL.createObjectURL(new Blob([model.get("png")], { type: "image/png" }));
    image.onload = () => {
      if (old) URL.revokeObjectURL(old);
    };
    image.src = address;
  };
  const describe = () => {
    image.alt = model.get("alt");
  };
  image.classList.toggle("clickable", model.get("is_clickable"));
  image.onclick = (event) => {
    if (!model.get("is_clickable")) return;
    const box = image.getBoundingClientRect();
    const clicks = (model.get("clicked")[2] || 0) + 1;
    const place = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, clicks];
    model.set("clicked", place);
    model.save_changes();
  };
  model.on("change:png", draw);
  model.on("change:alt", describe);
  describe();
  draw();
  el.append(image);
  return () => URL.revokeObjectURL(address);
}

export default { render };
