/** Submitting twice is submitting once: a second click or Enter does nothing until the page changes. */
export function guardSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target
    if (event.defaultPrevented || form.hasAttribute("data-allow-repeat") || form.target === "_blank" || isHtmx(form)) return
    if (form.dataset.submitted) {
      event.preventDefault()
      return
    }
    form.dataset.submitted = "true"
    // After the event, so that the clicked button's own name and value still travel with the form.
    setTimeout(() => setDisabled(form, true))
    // A search that answers with a file leaves the page where it was.
    if (form.method === "get") setTimeout(() => release(form), 3000)
  })
  // Coming back with the browser's button shows the page as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-submitted]").forEach(release)
  })
  document.addEventListener("htmx:before:request", (event) => toggleSource(event, true))
  document.addEventListener("htmx:finally:request", (event) => toggleSource(event, false))
}

const isHtmx = (form) => [...form.attributes].some((a) => /^(data-)?hx-(get|post|put|patch|delete|action)$/.test(a.name))

function release(form) {
  delete form.dataset.submitted
  setDisabled(form, false)
}

function setDisabled(form, on) {
  for (const element of form.elements) {
    if (element.type !== "submit") continue
    if (on) element.setAttribute("aria-disabled", "true")
    else element.removeAttribute("aria-disabled")
  }
}

function toggleSource(event, on) {
  const source = event.detail?.ctx?.sourceElement
  const form = source instanceof HTMLFormElement ? source : null
  if (!form) return
  if (on && form.dataset.busy) {
    event.preventDefault()
    return
  }
  if (on) form.dataset.busy = "true"
  else delete form.dataset.busy
  setDisabled(form, on)
}

/**
 * Keyboard shortcuts named on the element they press: data-shortcut="alt+s". The physical key counts,
 * so that Alt+S works on a Thai or Amharic layout too.
 */
export function shortcuts() {
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return
    const letter = event.code.replace(/^(Key|Digit)/, "").toLowerCase()
    const name = `alt+${event.shiftKey ? "shift+" : ""}${letter}`
    const element = [...document.querySelectorAll("[data-shortcut]")].find((e) => e.dataset.shortcut === name && e.offsetParent !== null)
    if (!element) return
    event.preventDefault()
    if (element.matches("input:not([type=submit], [type=button], [type=checkbox], [type=radio]), textarea, select")) element.focus()
    else element.click()
  })
}

/** data-copy="text" on a button puts that text on the clipboard and says so; data-copied holds the words. */
export function copyButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy], [data-copy-from]")
    if (!button) return
    const from = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom)
    const text = from ? (from.value ?? from.textContent).trim() : button.dataset.copy
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      return // no permission or no secure origin: the text is on the page to be selected by hand
    }
    const words = button.textContent
    button.textContent = button.dataset.copied || words
    setTimeout(() => { button.textContent = words }, 2000)
  })
}

/** Errors come first (the error summary takes the focus itself), then the field marked data-autofocus. */
export function focusFirst(scope) {
  if (document.querySelector(".govuk-error-summary")) {
    const prefix = document.documentElement.dataset.errorPrefix
    if (prefix && !document.title.startsWith(prefix)) document.title = prefix + document.title
    return
  }
  const first = scope.matches?.("[data-autofocus]") ? scope : scope.querySelector("[data-autofocus]")
  first?.focus({ preventScroll: scope !== document })
}

/** data-print on a button prints the page. */
export function printButtons() {
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print()
  })
}
