"""The toolbox of QGIS: check a delivery, build an index and load its layer, show a result."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingOutputString,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
    QgsProcessingProvider,
    QgsSettings,
    QgsVectorLayer,
)
from sozialraum_qgis.calling import WORDS, NoProgram, command_of, run

SETTING = "sozialraum/program"


class Verb(QgsProcessingAlgorithm):
    """One verb of the installed program."""

    verb = ""

    def name(self):
        """Name in scripts: ``sozialraum:check``."""
        return self.verb

    def displayName(self):
        """Name in the toolbox."""
        return WORDS[self.verb]

    def createInstance(self):
        """As QGIS asks: a new one per run."""
        return type(self)()

    def initAlgorithm(self, configuration=None):
        """Ask for what the verb needs, and for the program."""
        for parameter in self.asked():
            self.addParameter(parameter)
        usual = QgsSettings().value(SETTING, "sozialraum")
        self.addParameter(QgsProcessingParameterString("PROGRAM", WORDS["program"], usual))
        self.addOutput(QgsProcessingOutputString("TOLD", WORDS["told"]))

    def called(self, parameters, context, feedback, *places, **options):
        """Run the program; what it says is logged, an error of it ends the run."""
        program = self.parameterAsString(parameters, "PROGRAM", context)
        command = command_of(program, self.verb, *places, **options)
        try:
            code, told = run(command, feedback.pushInfo, feedback.isCanceled)
        except NoProgram as error:
            raise QgsProcessingException(str(error)) from None
        if code:
            message = "\n".join([told, WORDS["failed"]])
            raise QgsProcessingException(message)
        QgsSettings().setValue(SETTING, program)
        return {"TOLD": told}


def _file(name, label):
    return QgsProcessingParameterFile(name, label, extension="toml")


def _folder(name, label, optional=False):
    kind = QgsProcessingParameterFile.Folder
    return QgsProcessingParameterFile(name, label, behavior=kind, optional=optional)


class Check(Verb):
    """Every problem of a delivery, before anything is computed."""

    verb = "check"

    def asked(self):
        """Build file and data."""
        return [_file("FILE", WORDS["file"]), _folder("DATA", WORDS["data"], optional=True)]

    def processAlgorithm(self, parameters, context, feedback):
        """Run ``sozialraum check``."""
        file = self.parameterAsFile(parameters, "FILE", context)
        data = self.parameterAsFile(parameters, "DATA", context)
        return self.called(parameters, context, feedback, file, data=data)


class Build(Verb):
    """The index; its areas come into the project in the style of the map page."""

    verb = "build"

    def asked(self):
        """Build file, data, and where the result goes."""
        out = QgsProcessingParameterFolderDestination("OUT", WORDS["out"])
        return [_file("FILE", WORDS["file"]), _folder("DATA", WORDS["data"], optional=True), out]

    def initAlgorithm(self, configuration=None):
        """The areas are an output, too."""
        super().initAlgorithm(configuration)
        self.addOutput(QgsProcessingOutputVectorLayer("AREAS", WORDS["layer"]))

    def processAlgorithm(self, parameters, context, feedback):
        """Run ``sozialraum build``; load the layer where the result has one."""
        file = self.parameterAsFile(parameters, "FILE", context)
        data = self.parameterAsFile(parameters, "DATA", context)
        out = self.parameterAsString(parameters, "OUT", context)
        told = self.called(parameters, context, feedback, file, data=data, out=out)
        package = Path(out) / "index.gpkg"
        if not package.is_file():
            return {**told, "OUT": out}
        source = f"{package}|layername=gebiete"
        layer = QgsVectorLayer(source, WORDS["layer"], "ogr")
        context.temporaryLayerStore().addMapLayer(layer)
        wanted = QgsProcessingContext.LayerDetails(WORDS["layer"], context.project(), "AREAS")
        context.addLayerToLoadOnCompletion(layer.id(), wanted)
        return {**told, "OUT": out, "AREAS": source}


class Show(Verb):
    """The ranking, or why an area stands where it stands."""

    verb = "show"

    def asked(self):
        """A result, and perhaps an area."""
        area = QgsProcessingParameterString("AREA", WORDS["area"], optional=True)
        return [_folder("RESULT", WORDS["result"]), area]

    def processAlgorithm(self, parameters, context, feedback):
        """Run ``sozialraum show``."""
        folder = self.parameterAsFile(parameters, "RESULT", context)
        area = self.parameterAsString(parameters, "AREA", context)
        return self.called(parameters, context, feedback, folder, area=area)


class Provider(QgsProcessingProvider):
    """The group of the toolbox."""

    def id(self):
        """Name in scripts."""
        return "sozialraum"

    def name(self):
        """Name in the toolbox."""
        return WORDS["provider"]

    def loadAlgorithms(self):
        """The verbs."""
        for verb in (Check, Build, Show):
            self.addAlgorithm(verb())


class Plugin:
    """What QGIS starts and stops."""

    def __init__(self):
        self.provider = None

    def initProcessing(self):
        """Also for runs without a window (``qgis_process``)."""
        self.provider = Provider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self):
        """Nothing but the toolbox."""
        self.initProcessing()

    def unload(self):
        """Leave the toolbox as it was."""
        QgsApplication.processingRegistry().removeProvider(self.provider)


def classFactory(interface):
    """What QGIS calls to get the plugin."""
    return Plugin()
