import Foundation
import JSON
import KubernetesModel
import RolloutModel
import Testing

/// The schema that clusters are given and the parser that Weir reads with must speak of the same fields.
@Suite("Schema of the Rollout")
struct RolloutSchemaTests {
    /// Parts that the parser hands on whole: what is in them is the API server's business.
    private static let handedOn: Set<String> = ["spec.template.metadata", "spec.template.spec"]

    /// A Rollout in which every field that only counts beside others has these others.
    private static let complete: JSONValue = [
        "selector": ["matchLabels": ["app": "web"]],
        "template": [
            "metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "web", "image": "web:1"]]],
        ],
        "strategy": [
            "canary": [
                "stableService": "stable", "canaryService": "canary", "replicaProgressThreshold": ["value": 1],
                "trafficRouting": [
                    "alb": [
                        "ingress": "web", "servicePort": 80,
                        "stickinessConfig": ["enabled": true, "durationSeconds": 3],
                    ]
                ], "steps": [["setWeight": 5]],
            ]
        ],
    ]

    @Test func `the parser accepts what the other tests begin with`() throws {
        let spec = try RolloutSpec(parsing: Self.complete)
        #expect(spec.canary.steps.count == 1)
    }

    @Test(arguments: Leaf.all(of: RolloutSchema.root.document.at("properties", "spec") ?? [:], at: ["spec"]))
    func `the parser reads or refuses every field of the schema`(leaf: Leaf) {
        guard !Self.handedOn.contains(leaf.name) else { return }
        var spec = Self.complete
        leaf.set(in: &spec)
        do {
            _ = try RolloutSpec(parsing: spec)
            Issue.record("\(leaf.name) may be \(leaf.misfit.text), so nobody reads it")
        } catch {
            let named = Self.plain(error.path)
            let wanted = Self.plain(leaf.name)
            #expect(
                wanted.hasPrefix(named) || named.hasPrefix(wanted), "\(leaf.name): \(error) is about another field")
        }
    }

    /// The peer's texts leave some words out of paths.
    private static func plain(_ path: String) -> String {
        path.replacingOccurrences(of: ".canary", with: "").replacingOccurrences(of: "[0]", with: "")
            .replacingOccurrences(of: ".strategy.strategy", with: ".strategy")
    }

    @Test func `the schema has every field that the parser reads`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/RolloutModel")
        let files = [
            "RolloutSpec", "CanaryStrategy", "CanaryStep", "ALBTrafficRouting", "UnsupportedFields", "PodMetadata",
            "WorkloadReference",
        ]
        var read: Set<String> = []
        for file in files {
            let source = try String(contentsOf: folder.appending(path: "\(file).swift"), encoding: .utf8)
            let calls = source.matches(of: /[.](?:int|bool|string|array|object|intOrPercent|raw|has|natural)\("(\w+)"/)
            read.formUnion(calls.map { String($0.1) })
            if file == "UnsupportedFields" {
                read.formUnion(source.matches(of: /\("(\w+)", "/).map { String($0.1) })
            }
        }
        #expect(read.count > 40, "the reads of fields are no longer found in the sources: \(read.sorted())")
        let known = Leaf.names(in: RolloutSchema.root.document)
        #expect(read.subtracting(known).sorted() == [])
    }
}

extension RolloutSchemaTests {
    /// The headings of the tables about fields, and what their rows are below.
    private static let tables = [
        "### 1.1 `spec`": "spec.", "### 1.2 `spec.strategy.canary`": "spec.strategy.canary.",
        "### 1.3 `spec.strategy.canary.steps[]`": "spec.strategy.canary.steps[].",
        "### 1.4 `spec.strategy.canary.trafficRouting.alb`": "spec.strategy.canary.trafficRouting.alb.",
        "### 1.5 `spec.strategy.blueGreen`": "spec.strategy.blueGreen.",
    ]

    /// The fields that have a row in the compatibility page.
    private static func rows() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/compatibility.md"), encoding: .utf8)
        var prefix: String?
        var fields: [String] = []
        for line in page.components(separatedBy: "\n") {
            if line.hasPrefix("#") { prefix = tables[line] }
            guard let prefix, line.hasPrefix("| ") else { continue }
            let cell = line.components(separatedBy: "|")[1]
            fields += cell.components(separatedBy: "`").enumerated().filter { !$0.offset.isMultiple(of: 2) }
                .map { prefix + $0.element }
        }
        return fields
    }

    private static func isBelow(_ row: String, _ field: String) -> Bool {
        field.hasPrefix("\(row).") || field.hasPrefix("\(row)[].")
    }

    @Test func `every field of the definition has a row in the compatibility page`() throws {
        let rows = try Self.rows()
        let schema = RolloutSchema.root.document.at("properties", "spec") ?? [:]
        let fields = Leaf.all(of: schema, at: ["spec"]).map { $0.name.replacingOccurrences(of: "[0]", with: "[]") }
        #expect(fields.count > 80)
        let missing = fields.filter { field in
            !rows.contains { row in
                // A row about an object may stand for at most three fields in it.
                field == row || Self.isBelow(row, field) && fields.filter { Self.isBelow(row, $0) }.count <= 3
            }
        }
        #expect(missing == [])
    }

    @Test func `every field that has a row is in the definition`() throws {
        let schema = RolloutSchema.root.document.at("properties", "spec") ?? [:]
        let fields = Leaf.all(of: schema, at: ["spec"]).map { $0.name.replacingOccurrences(of: "[0]", with: "[]") }
        let words: Set<String> = ["alb"]
        let unknown = try Self.rows().filter { row in
            !words.contains(row.split(separator: ".").last.map(String.init) ?? "")
                && !fields.contains { $0 == row || $0 == "\(row)[]" || Self.isBelow(row, $0) }
        }
        #expect(unknown == [])
    }
}

/// A field of a schema that has no fields of its own, and a value that does not fit it.
struct Leaf: Sendable, CustomTestStringConvertible {
    /// Names of fields; the first entry of a list is `0`.
    var path: [String]
    var misfit: JSONValue

    var name: String {
        path.reduce("") { text, part in part == "0" ? "\(text)[0]" : text.isEmpty ? part : "\(text).\(part)" }
    }

    var testDescription: String { name }

    static func all(of schema: JSONValue, at path: [String]) -> [Leaf] {
        if let properties = schema["properties"]?.objectValue {
            return properties.flatMap { all(of: $0.value, at: path + [$0.key]) }
        }
        if let items = schema["items"], items["properties"] != nil { return all(of: items, at: path + ["0"]) }
        let isOpen = schema["x-kubernetes-preserve-unknown-fields"] == true
        let isText = schema["type"] == "string"
        return [Leaf(path: path, misfit: isOpen ? ["any": 1] : isText ? 7 : schema["type"] == "boolean" ? "x" : true)]
    }

    /// Every name of a field anywhere in a schema.
    static func names(in schema: JSONValue) -> Set<String> {
        var names: Set<String> = []
        for (name, property) in schema["properties"]?.objectValue ?? [:] {
            names.formUnion(Self.names(in: property).union([name]))
        }
        if let items = schema["items"] { names.formUnion(Self.names(in: items)) }
        return names
    }

    /// Puts the value that does not fit into `spec`.
    func set(in spec: inout JSONValue) {
        spec = Self.setting(misfit, at: path.dropFirst(), in: spec)
    }

    private static func setting(_ value: JSONValue, at path: ArraySlice<String>, in target: JSONValue?) -> JSONValue {
        guard let first = path.first else { return value }
        let rest = path.dropFirst()
        if first == "0" { return [setting(value, at: rest, in: [:])] }
        var object = target?.objectValue.map(JSONValue.object) ?? [:]
        object[first] = setting(value, at: rest, in: object[first])
        return object
    }
}
