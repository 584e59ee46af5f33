import { clearDrafts } from "./drafts.js"
import { coverPage, holdFocus, tokenOf, uncoverPage } from "./lock.js"

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content

/**
 * Warns before the page is locked for want of anybody at the keyboard, and keeps the session alive while somebody
 * types: a long interview answer is work, though no request leaves the page. Pages of one browser know of each other.
 */
export function watchIdle() {
  const limit = Number(meta("moei-idle")) * 1000
  const keepalive = meta("moei-keepalive")
  const dialog = document.querySelector("[data-idle-dialog]")
  document.querySelectorAll("form[data-sign-out]").forEach((form) => form.addEventListener("submit", clearDrafts))
  if (!(limit > 0) || !keepalive || !dialog) return

  const warnBefore = Math.min(120_000, limit / 3)
  const pingEvery = Math.min(60_000, limit / 3)
  const others = new BroadcastChannel("moei-idle")
  let lastSeen = Date.now()
  let lastPing = Date.now()
  let lastTold = 0
  let locked = false

  /** Asks the server whether the session is open; as somebody at work, or only as a page that wants to know. */
  const ask = async (working) => {
    if (working) lastPing = Date.now()
    try {
      const headers = working ? {} : { "HX-Polling": "true" }
      const response = await fetch(keepalive, { credentials: "same-origin", redirect: "manual", headers })
      if (response.status === 401) cover()
      else if (!response.ok) location.reload()
      return response.ok
    } catch {
      // No network: the session may outlive the cut, and the page must not be lost for asking.
      return false
    }
  }
  const seen = () => {
    if (dialog.open || locked) return
    lastSeen = Date.now()
    if (lastSeen - lastPing > pingEvery) ask(true)
    if (lastSeen - lastTold > 2000) {
      lastTold = lastSeen
      others.postMessage("seen")
    }
  }
  for (const kind of ["keydown", "pointerdown", "input", "scroll"]) document.addEventListener(kind, seen, { passive: true, capture: true })

  const cover = () => {
    locked = true
    if (dialog.open) dialog.close()
    coverPage(() => {
      uncover()
      others.postMessage("open")
    })
  }
  const lockAll = () => {
    cover()
    others.postMessage("lock")
    tellServer()
  }
  const uncover = () => {
    locked = false
    lastSeen = lastPing = Date.now()
    uncoverPage()
  }
  holdFocus()
  others.addEventListener("message", ({ data }) => {
    if (data === "seen" && !locked) {
      lastSeen = Date.now()
      if (dialog.open) dialog.close()
    } else if (data === "lock") cover()
    else if (data === "open" && locked) uncover()
  })
  document.addEventListener("moei:locked", cover)

  dialog.addEventListener("close", () => {
    if (locked) return
    lastSeen = Date.now()
    ask(true)
  })
  const left = dialog.querySelector("[data-idle-left]")
  const tick = () => {
    if (locked) return
    // A laptop that slept finds out by the clock, not by the number of ticks.
    const remaining = lastSeen + limit - Date.now()
    if (remaining <= 0) lockAll()
    else if (remaining <= warnBefore) {
      if (!dialog.open) dialog.showModal()
      if (left) left.textContent = String(Math.ceil(remaining / 1000))
    }
  }
  setInterval(tick, 1000)
  document.addEventListener("visibilitychange", tick)
  // A page that the browser kept and shows again by its Back button: nothing of it before the server has said yes.
  window.addEventListener("pageshow", async (event) => {
    if (!event.persisted) return
    const wasLocked = locked
    cover()
    if ((await ask(false)) && !wasLocked) uncover()
  })
}

/** The server locks too: whoever takes the cookie from this browser gets nothing. */
async function tellServer() {
  try {
    await fetch(meta("moei-lock"), { method: "POST", credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": tokenOf() } })
  } catch {
    // Without a network nobody else reaches the session either; it locks by itself.
  }
}
