// The map of interventions: what the page holds as JSON, over a basemap that we serve. Nothing is asked of other hosts.
// Texts go in as text, never as markup; every mark has a letter and a shape, so that colour alone says nothing.
import { GeoJSON, Map as LeafletMap, Control, DivIcon, LayerGroup, Marker, Polyline } from "leaflet/dist/leaflet-src.esm.js"

const COMPOUNDS = [16.7, 98.55] // Mae Sot and Myawaddy: where there is nothing yet to look at

const element = (name, words = "", className = "") => {
  const made = document.createElement(name)
  made.textContent = words
  if (className) made.className = className
  return made
}

function about(thing) {
  const box = element("div")
  box.append(element("strong", thing.label))
  for (const words of [thing.when, thing.where, thing.words]) if (words) box.append(element("p", words))
  return box
}

/** What lies at the same point stands side by side: `taken` counts the marks of each point. */
function drawn(layer, taken) {
  const group = new LayerGroup()
  for (const thing of layer.things) {
    if (thing.line) group.addLayer(new Polyline(thing.points, { className: "moei-map__route", interactive: true }).bindPopup(() => about(thing)))
    for (const point of thing.points) {
      const html = element("span", thing.mark || "•")
      const key = point.join()
      const before = taken.get(key) || 0
      taken.set(key, before + 1)
      const className = `moei-map__mark moei-map__mark--${layer.code}`
      const icon = new DivIcon({ html, className, iconSize: [28, 28], iconAnchor: [14 - 30 * before, 14] })
      group.addLayer(new Marker(point, { icon, title: thing.label, alt: thing.label }).bindPopup(() => about(thing)))
    }
  }
  return group
}

async function show(place) {
  const layers = JSON.parse(document.getElementById(place.dataset.map).textContent)
  place.hidden = false
  const canvas = element("div", "", "moei-map__canvas")
  canvas.setAttribute("role", "region")
  canvas.setAttribute("aria-label", place.dataset.name)
  const choices = element("fieldset", "", "moei-map__layers govuk-fieldset")
  choices.append(element("legend", place.dataset.show, "govuk-fieldset__legend govuk-fieldset__legend--s"))
  place.append(choices, canvas)
  const map = new LeafletMap(canvas, { zoomControl: false, attributionControl: false, minZoom: 2, maxZoom: 14, worldCopyJump: true })
  new Control.Zoom({ zoomInTitle: place.dataset.zoomIn, zoomOutTitle: place.dataset.zoomOut }).addTo(map)
  new Control.Attribution({ prefix: false }).addAttribution("Leaflet · Natural Earth").addTo(map)
  // Routes reach over half the world: the view is of the compounds, if there are any.
  const near = layers.flatMap((layer) => layer.things.flatMap((thing) => (thing.line ? [] : thing.points)))
  const points = near.length ? near : layers.flatMap((layer) => layer.things.flatMap((thing) => thing.points))
  const taken = new Map()
  if (points.length) map.fitBounds(points, { padding: [40, 40], maxZoom: 11 })
  else map.setView(COMPOUNDS, 9)
  layers.forEach((layer, number) => {
    const group = drawn(layer, taken).addTo(map)
    const item = element("div", "", "govuk-checkboxes__item")
    const box = Object.assign(element("input", "", "govuk-checkboxes__input"), { type: "checkbox", id: `layer-${number}`, checked: true })
    const label = Object.assign(element("label", layer.things.some((thing) => thing.mark) ? `${layer.label} (${layer.things[0].mark})` : layer.label, "govuk-label govuk-checkboxes__label"), { htmlFor: box.id })
    box.addEventListener("change", () => (box.checked ? map.addLayer(group) : map.removeLayer(group)))
    item.append(box, label)
    choices.append(item)
  })
  map.createPane("land").style.zIndex = 200
  try {
    const answer = await fetch(place.dataset.basemap)
    for (const [name, shapes] of Object.entries(await answer.json())) {
      new GeoJSON(shapes, { pane: "land", interactive: false, style: { className: `moei-map__land moei-map__land--${name}` } }).addTo(map)
    }
  } catch {
    // Without the basemap the marks still stand where they are, and the tables hold everything.
  }
}

for (const place of document.querySelectorAll("[data-map]")) show(place)
