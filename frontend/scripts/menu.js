/** The button of a narrow screen that opens the desks, the languages and signing out. The stylesheet reads its state. */
export function foldMenu() {
  const button = document.querySelector("[data-menu]")
  if (!button) return
  const isOpen = () => button.getAttribute("aria-expanded") === "true"
  const show = (open) => button.setAttribute("aria-expanded", String(open))
  button.addEventListener("click", () => show(!isOpen()))
  button.closest("header").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen() || button.offsetParent === null) return
    show(false)
    button.focus()
  })
}
