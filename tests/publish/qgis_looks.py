"""Run by the Python that knows QGIS: what QGIS makes of a GeoPackage, as JSON and as pictures.

    python3 qgis_looks.py index.gpkg FOLDER

Opens the layer ``gebiete`` as a user does, takes each style of the file in turn, and writes per
style what its legend says, what is painted at every area, and a picture.
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

WIDTH, HEIGHT = 1200, 1200


def rules_of(layer):
    """Return label and filter of each rule, as the legend lists them."""
    root = layer.renderer().rootRule()
    return [[rule.label(), rule.filterExpression()] for rule in root.children()]


def legend_of(layer):
    """Return the entries of the legend with the colours of their lowest layer."""
    return [
        [item.label(), item.symbol().symbolLayer(0).fillColor().name()]
        for item in layer.renderer().legendSymbolItems()
        if item.symbol() is not None
    ]


def painted(layer):
    """Return per area key the labels of the rules that paint it."""
    renderer, context = layer.renderer(), QgsRenderContext()
    context.expressionContext().appendScopes([])
    context.setExtent(layer.extent())
    labels = {rule.ruleKey(): rule.label() for rule in renderer.rootRule().children()}
    found = {}
    renderer.startRender(context, layer.fields())
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        keys = renderer.legendKeysForFeature(feature, context)
        found[feature["key"]] = sorted(labels[key] for key in keys if key in labels)
    renderer.stopRender(context)
    return found


def labels_of(layer):
    """Return per area key what stands on the map."""
    if not layer.labelsEnabled():
        return {}
    settings = layer.labeling().settings()
    expression = settings.getLabelExpression()
    context = layer.createExpressionContext()
    found = {}
    for feature in layer.getFeatures():
        context.setFeature(feature)
        found[feature["key"]] = expression.evaluate(context)
    return found


def picture(layer, path):
    """Draw the layer; return where a map point lies in the picture."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setBackgroundColor(QColor("#ffffff"))
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setOutputDpi(96)
    settings.setExtent(layer.extent().buffered(layer.extent().width() / 40))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(str(path))
    seen = settings.visibleExtent()
    return [seen.xMinimum(), seen.yMinimum(), seen.xMaximum(), seen.yMaximum()]


def main(package, folder):
    """Look at every style of a package."""
    application = QgsApplication([], False)
    application.initQgis()
    layer = QgsVectorLayer(f"{package}|layername=gebiete", "gebiete", "ogr")
    assert layer.isValid(), "QGIS cannot open the layer"
    default = layer.renderer().type()
    count, ids, names, _, error = layer.listStylesInDatabase()
    assert not error, error
    seen = {"crs": layer.crs().authid(), "default": default, "legend_at_once": legend_of(layer)}
    seen["styles"] = {}
    for place, (style, name) in enumerate(zip(ids[:count], names[:count], strict=True)):
        qml, error = layer.getStyleFromDatabase(style)
        assert not error, error
        from qgis.PyQt.QtXml import QDomDocument

        document = QDomDocument()
        assert document.setContent(qml)[0]
        done, error = layer.importNamedStyle(document)
        assert done, error
        target = Path(folder) / f"stil_{place}.png"
        seen["styles"][name] = {
            "rules": rules_of(layer),
            "legend": legend_of(layer),
            "painted": painted(layer),
            "labels": labels_of(layer),
            "picture": target.name,
            "extent": picture(layer, target),
        }
    (Path(folder) / "gesehen.json").write_text(json.dumps(seen), encoding="utf-8")
    del layer
    application.exitQgis()


if __name__ == "__main__":
    main(*sys.argv[1:])
