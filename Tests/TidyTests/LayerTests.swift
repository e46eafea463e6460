import Foundation
import Testing

/// A module as `Package.swift` declares it.
private struct Declaration {
    var name: String
    var modules: Set<String>
    var products: Set<String>

    /// Reads the table of modules.
    static func all(in manifest: String) -> [Declaration] {
        let entries = manifest.components(separatedBy: "Module(").dropFirst()
        return entries.compactMap { entry in
            guard let name = quoted(after: "name:", in: entry).first else { return nil }
            return Declaration(
                name: name, modules: Set(list("modules:", in: entry)), products: Set(list("products:", in: entry)))
        }
    }

    private static func list(_ label: String, in entry: String) -> [String] {
        guard let start = entry.range(of: label), let end = entry[start.upperBound...].firstIndex(of: "]") else {
            return []
        }
        return quoted(after: "", in: String(entry[start.upperBound..<end]))
    }

    private static func quoted(after label: String, in text: String) -> [String] {
        let rest = label.isEmpty ? text[...] : (text.range(of: label).map { text[$0.upperBound...] } ?? "")
        return rest.components(separatedBy: "\"").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    }
}

@Suite("Layers") struct LayerTests {
    private static let layers: [[String]] = [
        ["JSON", "KubernetesModel", "RolloutModel", "ELBModel", "AWSSigning"],
        ["Planning", "RolloutPlanning", "IngressPlanning", "ClusterPlanning", "RequestRouting", "RolloutView"],
        ["ControllerRuntime", "ClusterState", "LoadBalancerState", "Simulation"],
        [
            "KubernetesClient", "AWSClient", "APIServer", "ELBEndpoint", "ALBDataPlane", "Journal", "Operations",
            "AdmissionWebhook", "Sandbox",
        ],
        ["Commands", "weir"],
    ]
    private static let pureProducts: Set<String> = [
        "Crypto", "HeapModule", "OrderedCollections", "FoundationEssentials",
    ]
    private static let alwaysAllowed: Set<String> = ["Swift", "Synchronization", "FoundationEssentials"]
    private static let systems: Set<String> = ["Glibc", "Darwin", "Musl", "Dispatch", "Foundation"]

    private let repository = Repository()

    private func declarations() throws -> [Declaration] {
        Declaration.all(in: try repository.text("Package.swift")).filter { Self.level(of: $0.name) != nil }
    }

    private static func level(of name: String) -> Int? {
        layers.firstIndex { $0.contains(name) }
    }

    @Test("every module is declared and has its layer") func complete() throws {
        let declared = Set(try declarations().map(\.name))
        #expect(declared == Set(Self.layers.joined()))
    }

    @Test("dependencies point down, and only adapters have more than pure libraries") func direction() throws {
        var violations: [Violation] = []
        for declaration in try declarations() {
            let own = Self.level(of: declaration.name) ?? 0
            for other in declaration.modules.sorted() where (Self.level(of: other) ?? 99) > own {
                violations.append(Violation(place: declaration.name, problem: "depends on \(other), which is above it"))
            }
            let allowed = own < 2 ? Self.pureProducts : Self.pureProducts.union(["Logging", "Metrics"])
            for product in declaration.products.sorted() where own < 3 && !allowed.contains(product) {
                violations.append(Violation(place: declaration.name, problem: "may not use \(product) in layer \(own)"))
            }
        }
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test("every import is declared; SwiftPM alone would let transitive ones pass") func imports() throws {
        var violations: [Violation] = []
        let table = Dictionary(uniqueKeysWithValues: try declarations().map { ($0.name, $0) })
        var count = 0
        for file in try repository.swiftFiles(below: "Sources") {
            guard let declaration = table[file.module] else {
                violations.append(Violation(place: file.path, problem: "belongs to no declared module"))
                continue
            }
            let isAdapter = (Self.level(of: file.module) ?? 0) >= 3
            for (index, line) in file.lines.enumerated() {
                guard let name = Self.importedModule(line) else { continue }
                count += 1
                let isKnown =
                    declaration.modules.contains(name) || declaration.products.contains(name)
                    || Self.alwaysAllowed.contains(name) || (isAdapter && Self.systems.contains(name))
                if !isKnown {
                    violations.append(
                        Violation(place: "\(file.path):\(index + 1)", problem: "\(name) is not declared"))
                }
            }
        }
        #expect(count > 100)
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test(
        "an import is recognised in each of its forms",
        arguments: [
            ("import JSON", "JSON"), ("package import JSON", "JSON"), ("    import NIOCore", "NIOCore"),
            ("@testable import JSON", "JSON"), ("import struct Foundation.Data", "Foundation"),
        ])
    func recognition(line: String, name: String) {
        #expect(Self.importedModule(line) == name)
        #expect(Self.importedModule("// \(line)") == nil)
    }

    private static func importedModule(_ line: String) -> String? {
        var words = line.split(separator: " ").map(String.init)[...]
        let prefixes: Set<String> = ["package", "public", "internal", "private", "fileprivate"]
        while let first = words.first, prefixes.contains(first) || first.hasPrefix("@") { words.removeFirst() }
        guard words.first == "import" else { return nil }
        words.removeFirst()
        let kinds: Set<String> = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
        if let first = words.first, kinds.contains(first) { words.removeFirst() }
        return words.first?.split(separator: ".").first.map(String.init)
    }
}
