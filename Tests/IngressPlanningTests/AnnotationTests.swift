import ELBModel
import Testing

@testable import IngressPlanning

@Suite("Annotations") struct AnnotationTests {
    struct MapCase: Sendable {
        var text: String
        var map: [String: String]?
    }

    static let maps = [
        MapCase(text: "", map: [:]),
        MapCase(text: "a=b", map: ["a": "b"]),
        MapCase(text: " a = b , c=d=e ", map: ["a": "b", "c": "d=e"]),
        MapCase(text: "a=b,", map: ["a": "b,"]),
        MapCase(text: "a=b,c", map: nil),
        MapCase(text: "a", map: nil),
        MapCase(text: "=b", map: nil),
        MapCase(text: "a=1,a=2", map: ["a": "2"]),
        MapCase(text: #"a=b\,c,d=e"#, map: ["a": "b,c", "d": "e"]),
        MapCase(text: #"a=b\\,c=d"#, map: ["a": #"b\"#, "c": "d"]),
        MapCase(text: "a=", map: ["a": ""]),
    ]

    @Test("a string map is read as the peer reads it", arguments: maps)
    func map(_ one: MapCase) {
        #expect(stringMap(parsing: one.text) == one.map)
    }

    private func entry(_ text: String) -> AnnotationEntry {
        AnnotationEntry(key: "p/x", owner: "Ingress shop/web", text: text)
    }

    @Test("flags have twelve spellings", arguments: ["1", "t", "T", "TRUE", "true", "True"])
    func flag(_ text: String) throws {
        #expect(try entry(text).bool())
        #expect(throws: BuildProblem.self) { try entry("yes").bool() }
    }

    @Test("numbers outside their range are refused", arguments: ["4", "301", "1.5", " 15", "", "x"])
    func number(_ text: String) {
        #expect(throws: BuildProblem.self) { try entry(text).integer(in: 5...300) }
    }

    @Test func `a list drops blanks and empty elements`() {
        #expect(entry(" a ,, b ,").list == ["a", "b"])
    }

    @Test func `a Service goes before the Ingress`() {
        let annotations = Annotations(
            prefix: prefix,
            sources: [
                .init("Service", service("a", annotations: ["x": "1"])),
                .init("Ingress", ingress(annotations: ["x": "2", "y": "3"], paths: [])),
            ])
        #expect(annotations.string("x") == "1")
        #expect(annotations.entry("y")?.owner == "Ingress shop/web")
    }

    struct PortsCase: Sendable {
        var text: String?
        var ports: [Int: TrafficProtocol]?
    }

    static let ports = [
        PortsCase(text: nil, ports: [80: .http]),
        PortsCase(text: #"[{"HTTP": 80}, {"HTTPS": 443}]"#, ports: [80: .http, 443: .https]),
        PortsCase(text: #"[{"HTTP": 80, "HTTPS": 443}]"#, ports: [80: .http, 443: .https]),
        PortsCase(text: #"[{"HTTP": 80}, {"HTTPS": 80}]"#, ports: [80: .https]),
        PortsCase(text: #"[{"http": 80}]"#, ports: nil),
        PortsCase(text: #"[{"HTTP": 0}]"#, ports: nil),
        PortsCase(text: #"[{"HTTP": 65536}]"#, ports: nil),
        PortsCase(text: #"[{"HTTP": "80"}]"#, ports: nil),
        PortsCase(text: "[]", ports: nil),
        PortsCase(text: "80", ports: nil),
        PortsCase(text: "[{", ports: nil),
    ]

    @Test("listen-ports", arguments: ports)
    func listenPorts(_ one: PortsCase) {
        let values = one.text.map { ["listen-ports": $0] } ?? [:]
        let annotations = Annotations(
            prefix: prefix, sources: [.init("Ingress", ingress(annotations: values, paths: []))])
        #expect((try? ListenPorts.parse(annotations)) == one.ports)
    }
}
