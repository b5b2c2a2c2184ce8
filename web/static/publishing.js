// Says when the time chosen is where the reader is: the form takes UTC.
const form = document.querySelector("#schedule");
const told = form?.querySelector("[data-local]");
form?.addEventListener("input", () => {
  const typed = form.elements.publish_at.value;
  const time = new Date(`${typed}Z`);
  told.hidden = !typed || Number.isNaN(time.valueOf());
  if (told.hidden) return;
  told.textContent = `Where you are: ${time.toLocaleString(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" })}`;
});
