// The basemap: the world coarsely, and the region of the compounds finely, from Natural Earth by world-atlas.
// Coordinates are [longitude, latitude] in degrees, as GeoJSON has them.
import { readFileSync } from "node:fs"
import { join } from "node:path"

import { feature, mesh } from "topojson-client"

const REGION = { west: 92, south: 8, east: 109, north: 26 }
// Around Mae Sot and Myawaddy nothing is left out; elsewhere points closer than this to the last one are.
const FINE = { west: 97.4, south: 15.4, east: 99.6, north: 18.4 }
const APART = 0.015

const inside = ([x, y], box) => x >= box.west && x <= box.east && y >= box.south && y <= box.north
const rounded = ([x, y], places) => [Number(x.toFixed(places)), Number(y.toFixed(places))]

function thinned(points) {
  const kept = []
  points.forEach((point, number) => {
    const last = kept.at(-1)
    const far = !last || Math.abs(point[0] - last[0]) + Math.abs(point[1] - last[1]) > APART
    if (far || inside(point, FINE) || number === points.length - 1) kept.push(point)
  })
  return kept
}

/** A ring cut off at the region's edges, one edge after the other (Sutherland and Hodgman). */
function clippedRing(ring) {
  const edges = [
    [(p) => p[0] >= REGION.west, (a, b) => crossing(a, b, 0, REGION.west)],
    [(p) => p[0] <= REGION.east, (a, b) => crossing(a, b, 0, REGION.east)],
    [(p) => p[1] >= REGION.south, (a, b) => crossing(a, b, 1, REGION.south)],
    [(p) => p[1] <= REGION.north, (a, b) => crossing(a, b, 1, REGION.north)],
  ]
  let points = ring
  for (const [within, meets] of edges) {
    points = points.flatMap((point, number) => {
      const before = points.at(number - 1)
      if (within(point)) return within(before) ? [point] : [meets(before, point), point]
      return within(before) ? [meets(before, point)] : []
    })
  }
  return points
}

function crossing(a, b, axis, value) {
  const share = (value - a[axis]) / (b[axis] - a[axis])
  const other = 1 - axis
  const found = []
  found[axis] = value
  found[other] = a[other] + share * (b[other] - a[other])
  return found
}

function region(topology) {
  const land = feature(topology, topology.objects.land)
  const rings = land.features.flatMap((one) => one.geometry.coordinates.flatMap((polygon) => polygon.slice(0, 1)))
  const polygons = rings
    .map((ring) => thinned(clippedRing(ring)).map((point) => rounded(point, 3)))
    .filter((ring) => ring.length > 3)
    .map((ring) => [[...ring, ring[0]]])
  const lines = mesh(topology, topology.objects.countries, (a, b) => a !== b).coordinates.flatMap((line) => {
    const parts = [[]]
    for (const point of line) {
      if (inside(point, REGION)) parts.at(-1).push(point)
      else if (parts.at(-1).length) parts.push([])
    }
    return parts.filter((part) => part.length > 1).map((part) => thinned(part).map((point) => rounded(point, 3)))
  })
  return { polygons, lines }
}

export function basemap(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"))
  const coarse = read("countries-110m.json")
  const world = feature(coarse, coarse.objects.land).features.flatMap((one) => one.geometry.coordinates)
  const borders = mesh(coarse, coarse.objects.countries, (a, b) => a !== b).coordinates
  const { west, south, east, north } = REGION
  const near = region(read("countries-10m.json"))
  const round1 = (line) => line.map((point) => rounded(point, 2))
  return {
    world: { type: "MultiPolygon", coordinates: world.map((polygon) => polygon.map(round1)) },
    "world-borders": { type: "MultiLineString", coordinates: borders.map(round1) },
    water: { type: "Polygon", coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] },
    region: { type: "MultiPolygon", coordinates: near.polygons },
    "region-borders": { type: "MultiLineString", coordinates: near.lines },
  }
}
