package import JSON
import KubernetesModel
import RolloutModel

/// Weir's CustomResourceDefinitions as text for kubectl.
package enum CustomResourceManifests {
    private static let introduction = """
        # The custom resources that Weir reads and writes, made from its model by `weir manifests crds`.
        # AnalysisTemplate, ClusterAnalysisTemplate, AnalysisRun and Experiment are not among them: Weir lacks them.

        """

    /// The definitions, ascending by name.
    package static let definitions: [JSONValue] = WeirResources.all.map(\.definition)

    /// All definitions: as YAML documents, or as one JSON List.
    ///
    /// - Throws: what the YAML writer has against a value; there is none today.
    package static func text(_ format: ManifestFormat) throws -> String {
        try ManifestText.text(definitions, format, introduction: introduction)
    }
}
