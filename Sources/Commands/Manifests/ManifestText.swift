package import JSON
import Yams

/// Documents as text for kubectl.
package enum ManifestText {
    /// YAML documents after an introduction of comment lines, or one JSON List.
    ///
    /// - Throws: what the YAML writer has against a value; there is none today.
    package static func text(
        _ documents: [JSONValue], _ format: ManifestFormat, introduction: String
    ) throws -> String {
        switch format {
        case .json:
            let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": .array(documents)]
            return list.prettyText + "\n"
        case .yaml:
            return introduction + (try documents.map { "---\n\(try yaml($0))" }.joined())
        }
    }

    /// One document as YAML, with a line break at its end.
    ///
    /// - Throws: what the YAML writer has against a value; there is none today.
    static func yaml(_ document: JSONValue) throws -> String {
        try serialize(node: node(document), width: 120, allowUnicode: true)
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
