// A courtesy: after the first click the button says that it is working. The server itself takes a second click as the first.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || !button.dataset.working) return;
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.working;
  event.target.addEventListener("submit", (again) => again.preventDefault());
});
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
