// The lock over a page: what the page shows is neither drawn nor read out, what was typed into it stays where it is.

import { clearDrafts } from "./drafts.js"

const waiting = [] // what the page wanted to send while it was locked
let lock = null
let title = ""

export const isLocked = () => lock !== null

/** The token for requests that no form of the page sends. */
export const tokenOf = () => template()?.content.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""

const template = () => document.querySelector("template[data-lock-page]")

/** `opened` is called when the server has said that the session is open again. */
export function coverPage(opened) {
  const page = template()
  if (!page || lock) return
  lock = page.content.firstElementChild.cloneNode(true)
  title = document.title
  document.title = lock.dataset.title
  document.documentElement.classList.add("moei-locked")
  for (const part of document.body.children) part.inert = true
  document.body.append(lock)
  listen(opened)
  lock.querySelector("[name=password]").focus()
}

export function uncoverPage() {
  if (!lock) return
  lock.remove()
  lock = null
  for (const part of document.body.children) part.inert = false
  document.documentElement.classList.remove("moei-locked")
  document.title = title
  for (const { target, kind } of waiting.splice(0)) {
    if (kind === "submit") target.requestSubmit()
    else target.dispatchEvent(new Event(kind, { bubbles: true }))
  }
}

/** A part of the page was to be sent and could not: it is sent when the page is open again. */
export function sendLater(target, kind) {
  if (target?.isConnected && !waiting.some((one) => one.target === target)) waiting.push({ target, kind })
}

/** Nothing but the lock takes the focus, however it was left. */
export function holdFocus() {
  document.addEventListener("focusin", ({ target }) => {
    if (lock && !lock.contains(target)) lock.querySelector("[name=password]").focus()
  })
}

function listen(opened) {
  const form = lock.querySelector("[data-unlock]")
  const error = lock.querySelector("[data-lock-error]")
  const password = form.elements.password
  const token = tokenOf()
  const say = (words) => {
    error.textContent = words
    lock?.querySelector("[data-lock-group]").classList.toggle("govuk-form-group--error", Boolean(words))
  }

  const send = async (body) => {
    say("")
    let response
    try {
      response = await fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" } })
    } catch {
      return say(error.dataset.noNetwork)
    }
    if (response.status === 204) return opened()
    if (response.status === 400) {
      say((await response.json()).words)
      password.select()
      return password.focus()
    }
    // The session is over: to the sign-in, which brings back what was typed in forms that keep a draft.
    location.reload()
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    if (password.value) return send(new FormData(form))
    say(error.dataset.empty)
    password.focus()
  })
  lock.querySelector("[data-sign-out]").addEventListener("submit", clearDrafts)

  onPasskey(lock.querySelector("[data-unlock-passkey]"), token, (credential) => {
    if (!credential) return say(error.dataset.noPasskey)
    const body = new FormData()
    body.set("csrfmiddlewaretoken", token)
    body.set("credential", credential)
    return send(body)
  })
}

/** The page that opens a locked session again, when the address of another page led to it. */
export function unlockPage() {
  const form = document.querySelector("form[data-unlock-page]")
  if (!form) return
  const error = form.querySelector("[data-lock-error]")
  onPasskey(form.querySelector("[data-unlock-passkey]"), form.elements.csrfmiddlewaretoken.value, (credential) => {
    error.textContent = credential ? "" : error.dataset.noPasskey
    if (!credential) return
    const field = document.createElement("input")
    Object.assign(field, { type: "hidden", name: "credential", value: credential })
    form.append(field)
    form.submit()
  })
}

/** Shows the button in browsers that can, and gives `take` what the key signed; null when it was called off. */
function onPasskey(button, token, take) {
  if (!button || !window.PublicKeyCredential?.parseRequestOptionsFromJSON) return
  button.hidden = false
  button.addEventListener("click", async () => {
    let credential = null
    try {
      const asked = await fetch(button.dataset.unlockPasskey, { method: "POST", credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": token } })
      const options = PublicKeyCredential.parseRequestOptionsFromJSON((await asked.json()).publicKey)
      credential = JSON.stringify((await navigator.credentials.get({ publicKey: options })).toJSON())
    } catch {
      // Called off, or no key of theirs in this device.
    }
    await take(credential)
  })
}
