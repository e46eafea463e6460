package import JSON
import KubernetesModel
import RolloutModel
import Yams

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
        switch format {
        case .json:
            let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": .array(definitions)]
            return list.prettyText + "\n"
        case .yaml:
            let documents = try definitions.map { try serialize(node: node($0), width: 120, allowUnicode: true) }
            return introduction + documents.map { "---\n\($0)" }.joined()
        }
    }

    private static func node(_ value: JSONValue) throws -> Node {
        switch value {
        case .null: return Node("null")
        case .bool(let flag): return Node(flag ? "true" : "false")
        case .number(let number): return Node(number.text)
        case .string(let text): return try text.represented()
        case .array(let entries): return try Node(entries.map(node))
        case .object(let object): return try Node(object.map { (Node($0.key), try node($0.value)) })
        }
    }
}
