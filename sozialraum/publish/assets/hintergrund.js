"use strict";
/* The classes of one view over a background map. Reads #daten; the map object is made by folium. */
document.addEventListener("DOMContentLoaded", () => {
  const data = JSON.parse(document.getElementById("daten").textContent);
  const map = window.map_karte;
  const line = (steps) => {
    const points = [];
    for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      points.push([y / 1e5, x / 1e5]);
    }
    return points;
  };
  document.getElementById("karte").append(map.getContainer());
  map.getContainer().setAttribute("aria-label", data.label);
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: data.zoomIn, zoomOutTitle: data.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (data.basemap) {
    const now = new Date();
    const month = String(now.getMonth() + 1).padStart(2, "0");
    const credit = data.basemap.credit.replace("{month}", month);
    const attribution = credit.replace("{year}", String(now.getFullYear()));
    L.tileLayer(data.basemap.url, { attribution, maxZoom: 18 }).addTo(map);
  }
  const said = (text) => {
    const node = document.createElement("span");
    node.textContent = text;
    return node;
  };
  const areas = data.shapes.map((parts, i) => {
    const look = { color: "#333333", weight: 1, smoothFactor: 0, fillColor: data.fills[i] };
    const shape = L.polygon(
      parts.map((rings) => rings.map(line)),
      {
        ...look,
        fillOpacity: data.basemap ? 0.7 : 1,
      },
    );
    return shape.bindTooltip(said(data.said[i]), { sticky: true }).addTo(map);
  });
  for (const path of document.querySelectorAll("path.leaflet-interactive")) path.tabIndex = -1;
  const fill = () => {
    map.invalidateSize(false);
    if (areas.length) map.fitBounds(L.featureGroup(areas).getBounds(), { animate: false });
  };
  fill();
  window.addEventListener("resize", fill);
  document.documentElement.dataset.fertig = "1";
});
