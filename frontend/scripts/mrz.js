// Lines of a machine readable zone by their total length (ICAO 9303: TD3 2 x 44, TD1 3 x 30, TD2 2 x 36).
const SHAPES = { 88: 44, 90: 30, 72: 36 }

/**
 * A field marked data-mrz: typed or scanned characters become capitals and fillers, and the lines break
 * where the document breaks them. When the zone is complete the field fires "moei:mrz-complete".
 */
export function enhanceMrz(scope) {
  for (const field of scope.querySelectorAll("textarea[data-mrz]:not([data-mrz-ready])")) {
    field.dataset.mrzReady = "true"
    field.addEventListener("input", () => tidy(field))
    // A scanner sends Enter after each line; that must not submit the form.
    field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.ctrlKey) event.preventDefault() })
  }
}

export function layOut(text) {
  const zone = text.toUpperCase().replace(/[«‹〈＜]/g, "<").replace(/ /g, "<").replace(/[^A-Z0-9<]/g, "")
  const width = SHAPES[zone.length] ?? (zone.startsWith("P") ? 44 : zone.startsWith("V") ? 44 : null)
  if (!width) return { zone, lines: [zone] }
  const lines = []
  for (let at = 0; at < zone.length; at += width) lines.push(zone.slice(at, at + width))
  return { zone, lines }
}

function tidy(field) {
  const before = field.value.slice(0, field.selectionStart)
  const { zone, lines } = layOut(field.value)
  const value = lines.join("\n")
  if (value !== field.value) {
    const kept = layOut(before).zone.length
    field.value = value
    let caret = 0
    for (let seen = 0; caret < value.length && seen < kept; caret += 1) if (value[caret] !== "\n") seen += 1
    if (value[caret] === "\n" && kept === zone.length) caret += 1
    field.setSelectionRange(caret, caret)
  }
  const complete = zone.length in SHAPES
  if (complete && field.dataset.mrzSeen !== zone) {
    field.dataset.mrzSeen = zone
    field.dispatchEvent(new CustomEvent("moei:mrz-complete", { bubbles: true, detail: { zone, lines } }))
  }
}
