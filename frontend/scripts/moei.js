import {
  Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink, Tabs,
  createAll, isSupported,
} from "govuk-frontend"
import "htmx.org"

import { keepDrafts } from "./drafts.js"
import { watchIdle } from "./idle.js"
import { watchLive } from "./live.js"
import { enhanceMrz } from "./mrz.js"
import { copyButtons, focusFirst, guardSubmits, shortcuts } from "./forms.js"

const components = [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink, Tabs]

/** Wires what has just come onto the page: the whole document first, later each part htmx swaps in. */
function enhance(scope) {
  for (const component of components) createAll(component, undefined, scope)
  enhanceMrz(scope)
  focusFirst(scope)
}

function start() {
  if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported")
  if (isSupported()) enhance(document)
  guardSubmits()
  shortcuts()
  copyButtons()
  keepDrafts()
  watchIdle()
  watchLive()
  // Passkeys that fail or are called off say so on the page, not only in the console.
  document.addEventListener("allauth.error", () => document.querySelector("[data-passkey-failed]")?.removeAttribute("hidden"))
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail?.ctx?.target
    if (target instanceof Element && target.isConnected) enhance(target)
  })
}

start()
