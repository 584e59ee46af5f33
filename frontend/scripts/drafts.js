// Unsent input of forms marked data-keep-draft survives the end of a session: in this tab only
// (sessionStorage), for the same member of staff only, and gone after sending or signing out.

const PREFIX = "moei-draft:"
const user = () => document.querySelector('meta[name="moei-user"]')?.content || ""
const isLogin = () => document.querySelector('meta[name="moei-login"]')?.content === location.pathname
const keyOf = (form) => `${PREFIX}${location.pathname}#${form.id || form.getAttribute("action") || ""}`
const drafts = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))

export function clearDrafts() {
  drafts().forEach((key) => sessionStorage.removeItem(key))
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key))
  } catch {
    return null
  }
}

function write(key, draft) {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft))
  } catch {
    // Storage is full or forbidden: the form itself still works.
  }
}

const kept = (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && field.name !== "csrfmiddlewaretoken"

function valuesOf(form) {
  return [...form.elements].filter(kept).map((f) => [f.name, f.value, f.type === "checkbox" || f.type === "radio" ? f.checked : null])
}

export function keepDrafts() {
  for (const key of drafts()) {
    const draft = read(key)
    // A draft that was sent and did not end on the sign-in page has arrived.
    if (isLogin()) write(key, { ...draft, sent: false })
    else if (!draft || draft.user !== user() || draft.sent) sessionStorage.removeItem(key)
  }
  for (const form of document.querySelectorAll("form[data-keep-draft]")) {
    const key = keyOf(form)
    restore(form, read(key))
    let timer
    form.addEventListener("input", () => {
      clearTimeout(timer)
      timer = setTimeout(() => write(key, { user: user(), sent: false, values: valuesOf(form) }), 400)
    })
    form.addEventListener("submit", () => {
      clearTimeout(timer)
      write(key, { user: user(), sent: true, values: valuesOf(form) })
    })
  }
}

function restore(form, draft) {
  if (!draft?.values || document.querySelector(".govuk-error-summary")) return
  let changed = false
  for (const [name, value, checked] of draft.values) {
    const field = [...form.elements].find((f) => kept(f) && f.name === name && (checked === null || f.value === value))
    if (!field) continue
    if (checked === null && field.value !== value) {
      field.value = value
      changed = true
    } else if (checked !== null && field.checked !== checked) {
      field.checked = checked
      changed = true
    }
  }
  const notice = document.querySelector("[data-draft-restored]")
  if (changed && notice) notice.hidden = false
}
