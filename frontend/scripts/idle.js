import { clearDrafts } from "./drafts.js"

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content

/**
 * Warns before the session ends for want of anybody at the keyboard, and keeps it alive while somebody types:
 * a long interview answer is work, though no request leaves the page.
 */
export function watchIdle() {
  const limit = Number(meta("moei-idle")) * 1000
  const keepalive = meta("moei-keepalive")
  const dialog = document.querySelector("[data-idle-dialog]")
  document.querySelectorAll("form[data-sign-out]").forEach((form) => form.addEventListener("submit", clearDrafts))
  if (!(limit > 0) || !keepalive || !dialog) return

  const warnBefore = Math.min(120_000, limit / 3)
  let lastSeen = Date.now()
  let lastPing = Date.now()
  const ping = async () => {
    lastPing = Date.now()
    try {
      const response = await fetch(keepalive, { credentials: "same-origin", redirect: "manual" })
      if (!response.ok) location.reload()
    } catch {
      // No network: the session may outlive the cut, and the page must not be lost for asking.
    }
  }
  const seen = () => {
    if (dialog.open) return
    lastSeen = Date.now()
    if (lastSeen - lastPing > limit / 3) ping()
  }
  for (const kind of ["keydown", "pointerdown", "input", "scroll"]) document.addEventListener(kind, seen, { passive: true, capture: true })

  dialog.addEventListener("close", () => {
    lastSeen = Date.now()
    ping()
  })
  const left = dialog.querySelector("[data-idle-left]")
  setInterval(() => {
    // A laptop that slept finds out by the clock, not by the number of ticks.
    const remaining = lastSeen + limit - Date.now()
    if (remaining <= 0) location.reload()
    else if (remaining <= warnBefore) {
      if (!dialog.open) dialog.showModal()
      if (left) left.textContent = String(Math.ceil(remaining / 1000))
    }
  }, 1000)
}
