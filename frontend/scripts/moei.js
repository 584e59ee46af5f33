import {
  Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink, Tabs,
  createAll, isSupported,
} from "govuk-frontend"
import "htmx.org"

import { keepDrafts } from "./drafts.js"
import { watchIdle } from "./idle.js"
import { singleKeys } from "./keys.js"
import { watchLive } from "./live.js"
import { unlockPage } from "./lock.js"
import { foldMenu } from "./menu.js"
import { enhanceMrz } from "./mrz.js"
import { watchRegions } from "./regions.js"
import { copyButtons, focusFirst, guardSubmits, printButtons, shortcuts } from "./forms.js"

const components = [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink, Tabs]

/** Wires what has just come onto the page: the whole document first, later what holds the parts htmx swaps in. */
function enhance(scope) {
  for (const component of components) createAll(component, undefined, { scope, onError })
  enhanceMrz(scope)
  watchRegions(scope)
}

// A swapped part stands among others that are wired already.
const onError = (error) => { if (error.name !== "InitError") console.error(error) }

function start() {
  if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported")
  if (isSupported()) enhance(document)
  focusFirst(document)
  foldMenu()
  guardSubmits()
  shortcuts()
  singleKeys()
  copyButtons()
  printButtons()
  keepDrafts()
  watchIdle()
  unlockPage()
  watchLive()
  // Passkeys that fail or are called off say so on the page, not only in the console.
  document.addEventListener("allauth.error", () => document.querySelector("[data-passkey-failed]")?.removeAttribute("hidden"))
  // Not after:swap, whose target has left the page when a part was replaced whole.
  document.addEventListener("htmx:after:settle", ({ detail }) => {
    const fresh = (detail?.newContent ?? []).filter((node) => node instanceof Element && node.isConnected)
    for (const parent of new Set(fresh.map((element) => element.parentElement))) enhance(parent)
    for (const element of fresh) focusFirst(element)
  })
}

start()
