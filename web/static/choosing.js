// Counts what is ticked, and ticks a whole page at once. Without it each is ticked by hand.
const form = document.querySelector("[data-choosing]");
if (form) {
  const boxes = [...form.querySelectorAll("input[name=recording]")];
  const every = form.querySelector("[data-every]");
  const count = form.querySelector("[data-count]");
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.value = ticked ? `${ticked} ticked` : "";
    every.firstElementChild.checked = ticked === boxes.length;
  };
  every.hidden = false;
  every.firstElementChild.addEventListener("change", (event) => {
    for (const box of boxes) box.checked = event.target.checked;
  });
  form.addEventListener("change", tell);
  tell();
}
