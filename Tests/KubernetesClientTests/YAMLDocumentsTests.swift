import JSON
import Testing

@testable import KubernetesClient

@Suite("YAML") struct YAMLDocumentsTests {
    @Test(
        "plain scalars become what kubectl makes of them",
        arguments: [
            ("1", JSONValue.number(JSONNumber(1))), ("-7", .number(JSONNumber(-7))), ("0x1F", .number(JSONNumber(31))),
            ("010", .number(JSONNumber(8))), ("0o10", .number(JSONNumber(8))), ("1_000", .number(JSONNumber(1000))),
            ("1.5", 1.5), ("yes", true), ("Off", false), ("~", .null), ("1.2.3", "1.2.3"), ("12:30", "12:30"),
            ("2026-01-01", "2026-01-01"), ("50%", "50%"), ("-x", "-x"), ("09", 9.0), ("1e", "1e"), ("80", 80),
        ] as [(String, JSONValue)])
    func scalars(text: String, value: JSONValue) throws {
        let documents = try YAMLDocuments.parse("a: \(text)")
        let expected: JSONValue = .object(["a": value])
        #expect(documents == [expected])
    }

    @Test func `quoted scalars are strings`() throws {
        let documents = try YAMLDocuments.parse("a: \"1\"\nb: 'true'\nc: |\n  5\nd: !!str 6\n")
        #expect(documents == [["a": "1", "b": "true", "c": "5\n", "d": "6"]])
    }

    @Test func `several documents come in order and empty ones are left out`() throws {
        let documents = try YAMLDocuments.parse("---\na: 1\n---\n# nothing\n---\n- b\n")
        #expect(documents == [["a": 1], ["b"]])
    }

    @Test func `anchors and merge keys are followed`() throws {
        let documents = try YAMLDocuments.parse("x: &base {a: 1, b: 2}\ny:\n  <<: *base\n  b: 3\n")
        #expect(documents == [["x": ["a": 1, "b": 2], "y": ["a": 1, "b": 3]]])
    }

    @Test(
        "what is no YAML for Kubernetes is refused with its place",
        arguments: [
            ("a: [1, 2", 2), ("a: 1\na: 2", 2), ("a: .nan", 1), ("? [1]\n: 2", 1), ("a: *nobody", 1), ("\tb: 1", 1),
        ])
    func refusals(text: String, line: Int) {
        #expect {
            _ = try YAMLDocuments.parse(text)
        } throws: { error in
            (error as? YAMLProblem).map { abs($0.line - line) <= 1 } ?? false
        }
    }

    @Test func `a text that expands without bound is refused`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...7 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(throws: YAMLProblem.self) { try YAMLDocuments.parse(text) }
    }
}
