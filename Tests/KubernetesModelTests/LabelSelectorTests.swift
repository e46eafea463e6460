import JSON
import KubernetesModel
import Testing

@Suite("Label selector") struct LabelSelectorTests {
    static let labels = ["app": "web", "tier": "front", "empty": ""]

    @Test(
        "matches in every form of the query parameter",
        arguments: [
            ("", true), ("app=web", true), ("app==web", true), ("app=api", false), ("app!=api", true),
            ("app!=web", false), ("missing!=x", true), ("app in (web,api)", true), ("app notin (web)", false),
            ("missing notin (web)", true), ("app", true), ("missing", false), ("!missing", true), ("!app", false),
            ("app=web,tier=front", true), ("app=web,tier=back", false), ("app in (a, web ),!missing", true),
            ("empty=", true),
        ])
    func matching(text: String, matches: Bool) throws {
        #expect(try LabelSelector(parsing: text).matches(Self.labels) == matches)
    }

    @Test(
        "refuses what is no requirement",
        arguments: ["=web", "app in web", "app in (web", "app=we b", "app=-", "a b", "app within (web)", "app=$x"])
    func refuses(text: String) {
        #expect(throws: SelectorError.self) { try LabelSelector(parsing: text) }
    }

    @Test("reads matchLabels and matchExpressions, and all must hold") func document() throws {
        let selector = try LabelSelector(document: [
            "matchLabels": ["app": "web"],
            "matchExpressions": [["key": "tier", "operator": "In", "values": ["front", "edge"]]],
        ])
        #expect(selector.matches(Self.labels))
        #expect(!selector.matches(["app": "web", "tier": "back"]))
        #expect(throws: SelectorError.self) {
            try LabelSelector(document: ["matchExpressions": [["key": "a", "operator": "Near"]]])
        }
    }

    @Test("prints what it can read again", arguments: ["app=web", "a in (b,c)", "a notin (b,c)", "!x", "y", "a!=b"])
    func prints(text: String) throws {
        #expect("\(try LabelSelector(parsing: text))" == text)
    }
}
