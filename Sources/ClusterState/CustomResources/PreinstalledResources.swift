import JSON
import KubernetesModel
import RolloutModel

/// The custom resource definitions that a sandbox has from the beginning: Weir's own, and those of analysis and
/// experiments, which keep every field.
enum PreinstalledResources {
    /// The definitions as objects to create, ascending by name.
    static let definitions: [JSONValue] = (WeirResources.all + open)
        .sorted { $0.definitionName < $1.definitionName }.map(\.definition)

    private static let age = CustomResource.Column("Age", "date", ".metadata.creationTimestamp")
    private static let status = CustomResource.Column("Status", "string", ".status.phase")

    private static let open = [
        resource("AnalysisRun", "analysisruns", short: "ar", columns: [status, age]),
        resource("AnalysisTemplate", "analysistemplates", short: "at", columns: [age]),
        resource(
            "ClusterAnalysisTemplate", "clusteranalysistemplates", isNamespaced: false, short: "cat", columns: [age]),
        resource("Experiment", "experiments", short: "exp", columns: [status, age]),
    ]

    private static func resource(
        _ kind: String, _ plural: String, isNamespaced: Bool = true, short: String, columns: [CustomResource.Column]
    ) -> CustomResource {
        CustomResource(
            ResourceKind(
                group: "argoproj.io", version: "v1alpha1", kind: kind, plural: plural, isNamespaced: isNamespaced),
            shortNames: [short], schema: .open(""), columns: columns)
    }
}
