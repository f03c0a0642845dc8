"""Maps made with folium: over a background map, and for notebooks; Leaflet inside the page."""
