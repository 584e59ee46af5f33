/**
 * Single keys that press a button: data-key="s" on the button. They act only while the box data-keys="page" is ticked,
 * which this browser remembers until signing out clears it: a key pressed by accident, or a word spoken to a machine
 * that types, must not answer for anybody (WCAG 2.1.4).
 */
const TOO_SOON = 600 // ms: the second stroke of a double one would answer a question nobody has read

export function singleKeys() {
  const box = document.querySelector("[data-keys]")
  if (!box) return
  const stored = `moei-keys:${box.dataset.keys}`
  box.checked = recall(stored) === "on"
  box.closest("[data-keys-offer]")?.removeAttribute("hidden")
  say(box.checked)
  box.addEventListener("change", () => {
    remember(stored, box.checked ? "on" : "off")
    say(box.checked)
  })
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.defaultPrevented || event.repeat || event.isComposing || performance.now() < TOO_SOON) return
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || typing(event.target) || document.querySelector("dialog[open], [data-lock]")) return
    const button = document.querySelector(`button[data-key="${CSS.escape(letter(event))}"]`)
    if (!button || button.offsetParent === null || button.closest("[inert]")) return
    event.preventDefault()
    button.click()
  })
}

/** The Latin letter typed; on a layout without Latin letters (Thai, Arabic) the one printed on that key. */
function letter(event) {
  const typed = event.key.toLowerCase()
  return /^[a-z]$/.test(typed) ? typed : event.code.replace(/^Key/, "").toLowerCase()
}

const typing = (element) =>
  element instanceof Element && (element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button])"))

/** Hints on the buttons, for eyes and for screen readers, are there while the keys act. */
function say(on) {
  for (const button of document.querySelectorAll("button[data-key]")) {
    const keys = [button.dataset.shortcut, on ? button.dataset.key : ""].filter(Boolean).join(" ")
    if (keys) button.setAttribute("aria-keyshortcuts", keys)
    else button.removeAttribute("aria-keyshortcuts")
    button.querySelector("[data-key-hint]")?.toggleAttribute("hidden", !on)
  }
}

// Storage that is full or forbidden: the box works for this page.
function recall(name) {
  try { return localStorage.getItem(name) } catch { return null }
}

function remember(name, value) {
  try { localStorage.setItem(name, value) } catch { /* see above */ }
}
