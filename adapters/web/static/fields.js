/** What is wrong with a field stands there until somebody mends it. */
export function mend(event) {
  const field = event.target.closest(".field.wrong");
  field?.classList.remove("wrong");
  field?.removeAttribute("aria-invalid");
  field?.querySelector(".error").remove();
  event.target.removeAttribute("aria-invalid");
}
