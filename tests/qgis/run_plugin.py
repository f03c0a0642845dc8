"""Run by the Python that knows QGIS: the plugin is loaded and its three verbs are used.

python3 run_plugin.py FOLDER_OF_PLUGINS PROGRAM BUILD_FILE OUT
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
)


def main(plugins, program, build, out):
    """Use the toolbox as QGIS does; print what came back as JSON."""
    application = QgsApplication([], False)
    application.initQgis()
    sys.path.insert(0, plugins)
    import sozialraum_qgis

    plugin = sozialraum_qgis.classFactory(None)
    plugin.initProcessing()
    registry = QgsApplication.processingRegistry()
    verbs = {a.id(): a.displayName() for a in registry.providerById("sozialraum").algorithms()}
    told = {"verbs": verbs}

    def use(verb, **parameters):
        context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
        context.setProject(QgsProject.instance())
        one = registry.createAlgorithmById(f"sozialraum:{verb}")
        given = {"PROGRAM": program, **parameters}
        try:
            results, done = one.run(given, context, feedback)
        except QgsProcessingException as error:
            return {"error": str(error)}
        loaded = [
            context.temporaryLayerStore().mapLayer(layer)
            for layer in context.layersToLoadOnCompletion()
        ]
        return {
            "results": results,
            "done": done,
            "error": feedback.textLog() if not done else "",
            "layers": [
                [one.isValid(), one.featureCount(), one.renderer().type()] for one in loaded
            ],
        }

    told["check"] = use("check", FILE=build)
    told["build"] = use("build", FILE=build, OUT=out)
    told["show"] = use("show", RESULT=out)
    told["area"] = use("show", RESULT=out, AREA="02")
    told["wrong"] = use("check", FILE=build + ".nicht_da")
    told["absent"] = use("check", FILE=build, PROGRAM="sozialraum-gibt-es-nicht")
    plugin.unload()
    told["left"] = [p.id() for p in registry.providers() if p.id() == "sozialraum"]
    print("GESEHEN " + json.dumps(told))
    application.exitQgis()


if __name__ == "__main__":
    main(*sys.argv[1:])
