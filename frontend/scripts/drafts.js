// Unsent input of forms marked data-keep-draft survives the end of a session: in this tab only
// (sessionStorage), for the same member of staff only, and gone after sending or signing out.
// data-keep-draft="session": only the end of a session brings it back. Leaving the page drops it, so that what
// was typed of one person never waits in the form for the next.

const PREFIX = "moei-draft:"
const user = () => document.querySelector('meta[name="moei-user"]')?.content || ""
// The page that opens a locked session again is a sign-in too.
const isLogin = () => ["moei-login", "moei-unlock"].some((name) => document.querySelector(`meta[name="${name}"]`)?.content === location.pathname)
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

/** The controls of a form by name: radios of one name are one control, each box is one of its own. */
function controlsOf(form) {
  const controls = new Map()
  for (const field of [...form.elements].filter(kept)) {
    const name = field.type === "checkbox" ? `${field.name}=${field.value}` : field.name
    controls.set(name, [...(controls.get(name) ?? []), field])
  }
  return controls
}

function valueOf(fields) {
  if (fields[0].type === "checkbox") return fields[0].checked
  if (fields[0].type === "radio") return fields.find((field) => field.checked)?.value ?? ""
  return fields[0].value
}

/** What the server sent in a control, whatever was typed since. */
function sentIn(fields) {
  const [first] = fields
  if (first.type === "checkbox") return first.defaultChecked
  if (first.type === "radio") return fields.find((field) => field.defaultChecked)?.value ?? ""
  if (first.options) return ([...first.options].find((option) => option.defaultSelected) ?? first.options[0])?.value ?? ""
  return first.defaultValue
}

function put(fields, value) {
  if (fields[0].type === "checkbox") fields[0].checked = value
  else if (fields[0].type === "radio") for (const field of fields) field.checked = field.value === value
  else fields[0].value = value
}

function save(form, sent) {
  // Beside what was typed, what the server had sent: only so can a later page tell which of the two is newer.
  const values = [...controlsOf(form)].map(([name, fields]) => [name, valueOf(fields), sentIn(fields)])
  write(keyOf(form), { user: user(), sent, only: form.dataset.keepDraft, ended: false, values })
}

export function keepDrafts() {
  for (const key of drafts()) {
    const draft = read(key)
    // A draft that was sent and did not end on the sign-in page has arrived.
    if (isLogin()) write(key, { ...draft, sent: false, ended: true })
    else if (!draft || draft.user !== user() || draft.sent || (draft.only === "session" && !draft.ended)) sessionStorage.removeItem(key)
  }
  for (const form of document.querySelectorAll("form[data-keep-draft]")) if (restore(form, read(keyOf(form)))) save(form, false)
  // On the document: htmx may put another form in the place of the first.
  const timers = new Map()
  const mine = (target) => target.closest?.("form[data-keep-draft]")
  const stop = (form) => clearTimeout(timers.get(keyOf(form)))
  document.addEventListener("input", ({ target }) => {
    const form = mine(target)
    if (!form) return
    stop(form)
    timers.set(keyOf(form), setTimeout(() => save(form, false), 400))
  })
  document.addEventListener("submit", (event) => {
    const form = mine(event.target)
    if (!form || event.defaultPrevented) return
    stop(form)
    save(form, true)
  })
}

/** Puts a draft back, but not over what the server has filled in since. Says whether anything was put back. */
function restore(form, draft) {
  if (!draft?.values || document.querySelector(".govuk-error-summary")) return false
  const controls = controlsOf(form)
  let changed = false
  for (const [name, typed, base] of draft.values) {
    const fields = controls.get(name)
    if (!fields || valueOf(fields) === typed) continue
    const sent = sentIn(fields)
    if (sent && sent !== base) continue
    put(fields, typed)
    changed = true
  }
  const notice = document.querySelector("[data-draft-restored]")
  if (changed && notice) notice.hidden = false
  return changed
}
