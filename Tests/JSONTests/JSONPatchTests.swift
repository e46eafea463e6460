import JSON
import Testing

@Suite("JSON Patch")
struct JSONPatchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var document: String
        var patch: String
        var result: String

        init(_ name: String, _ document: String, _ patch: String, _ result: String) {
            testDescription = name
            self.document = document
            self.patch = patch
            self.result = result
        }
    }

    // The situations of RFC 6902 appendix A, with documents of our own.
    static let applied: [Case] = [
        Case("adds a member", #"{"a":1}"#, #"[{"op":"add","path":"/b","value":2}]"#, #"{"a":1,"b":2}"#),
        Case("adds over a member", #"{"a":1}"#, #"[{"op":"add","path":"/a","value":[2]}]"#, #"{"a":[2]}"#),
        Case("inserts", #"{"l":["x","z"]}"#, #"[{"op":"add","path":"/l/1","value":"y"}]"#, #"{"l":["x","y","z"]}"#),
        Case("inserts at 0", "[1]", #"[{"op":"add","path":"/0","value":0}]"#, "[0,1]"),
        Case("inserts at the end", "[1]", #"[{"op":"add","path":"/1","value":2}]"#, "[1,2]"),
        Case("appends with -", #"{"l":[]}"#, #"[{"op":"add","path":"/l/-","value":[1]}]"#, #"{"l":[[1]]}"#),
        Case("adds the document", #"{"a":1}"#, #"[{"op":"add","path":"","value":[0]}]"#, "[0]"),
        Case(
            "adds an object inside", #"{"a":1}"#, #"[{"op":"add","path":"/c","value":{"d":{}}}]"#,
            #"{"a":1,"c":{"d":{}}}"#),
        Case("adds null", "{}", #"[{"op":"add","path":"/a","value":null}]"#, #"{"a":null}"#),
        Case("adds at the empty name", "{}", #"[{"op":"add","path":"/","value":1}]"#, #"{"":1}"#),
        Case("adds at a numeric name", "{}", #"[{"op":"add","path":"/0","value":1}]"#, #"{"0":1}"#),
        Case("removes a member", #"{"a":1,"b":2}"#, #"[{"op":"remove","path":"/a"}]"#, #"{"b":2}"#),
        Case("removes an element", "[1,2,3]", #"[{"op":"remove","path":"/1"}]"#, "[1,3]"),
        Case(
            "replaces a member in place", #"{"a":1,"b":2}"#, #"[{"op":"replace","path":"/a","value":3}]"#,
            #"{"a":3,"b":2}"#),
        Case("replaces an element", "[1,2]", #"[{"op":"replace","path":"/1","value":{}}]"#, "[1,{}]"),
        Case("replaces the document", "[1]", #"[{"op":"replace","path":"","value":"x"}]"#, #""x""#),
        Case("replaces a null", #"{"a":null}"#, #"[{"op":"replace","path":"/a","value":1}]"#, #"{"a":1}"#),
        Case(
            "moves a member", #"{"a":{"x":1},"b":{}}"#, #"[{"op":"move","from":"/a/x","path":"/b/y"}]"#,
            #"{"a":{},"b":{"y":1}}"#),
        Case("moves an element", "[1,2,3,4]", #"[{"op":"move","from":"/1","path":"/3"}]"#, "[1,3,4,2]"),
        Case("moves to where it is", #"{"a":1}"#, #"[{"op":"move","from":"/a","path":"/a"}]"#, #"{"a":1}"#),
        Case("moves to a name it begins with", #"{"a":1}"#, #"[{"op":"move","from":"/a","path":"/ab"}]"#, #"{"ab":1}"#),
        Case("copies", #"{"a":[1]}"#, #"[{"op":"copy","from":"/a","path":"/a/-"}]"#, #"{"a":[1,[1]]}"#),
        Case("copies the document", #"{"a":1}"#, #"[{"op":"copy","from":"","path":"/b"}]"#, #"{"a":1,"b":{"a":1}}"#),
        Case(
            "tests and goes on", #"{"a":"x"}"#, #"[{"op":"test","path":"/a","value":"x"},{"op":"remove","path":"/a"}]"#,
            "{}"),
        Case("tests numbers by value", #"{"a":10}"#, #"[{"op":"test","path":"/a","value":1e1}]"#, #"{"a":10}"#),
        Case(
            "tests without member order", #"{"a":{"x":1,"y":2}}"#,
            #"[{"op":"test","path":"/a","value":{"y":2,"x":1}}]"#, #"{"a":{"x":1,"y":2}}"#),
        Case(
            "unescapes ~01", #"{"~1":1,"/":2}"#,
            #"[{"op":"test","path":"/~01","value":1},{"op":"remove","path":"/~1"}]"#, #"{"~1":1}"#),
        Case("ignores other members", #"{"a":1}"#, #"[{"op":"remove","path":"/a","comment":1}]"#, "{}"),
        Case("does nothing", #"{"a":1}"#, "[]", #"{"a":1}"#),
        Case(
            "sees earlier operations", "{}",
            #"[{"op":"add","path":"/a","value":{}},{"op":"add","path":"/a/b","value":1}]"#, #"{"a":{"b":1}}"#),
    ]

    @Test("applies", arguments: applied)
    func applies(_ example: Case) throws {
        let document = try JSONValue(parsing: example.document)
        let patch = try JSONPatch(try JSONValue(parsing: example.patch))
        #expect(try patch.applied(to: document).text == example.result)
        #expect(try JSONPatch(patch.document) == patch)
    }

    private static func place(_ tokens: String...) -> JSONPointer { JSONPointer(tokens) }

    static let refused: [(String, String, JSONPatchError.Problem)] = [
        ("{}", #"{"op":"remove","path":"/a"}"#, .noSuchPlace(place("a"))),
        ("{}", #"{"op":"replace","path":"/a","value":1}"#, .noSuchPlace(place("a"))),
        ("{}", #"{"op":"add","path":"/a/b","value":1}"#, .noSuchPlace(place("a"))),
        (#"{"a":1}"#, #"{"op":"add","path":"/a/b","value":1}"#, .noSuchPlace(place("a", "b"))),
        ("null", #"{"op":"add","path":"/a","value":1}"#, .noSuchPlace(place("a"))),
        ("[1]", #"{"op":"add","path":"/2","value":1}"#, .badPosition(place("2"), count: 1)),
        ("[1]", #"{"op":"add","path":"/-1","value":1}"#, .badPosition(place("-1"), count: 1)),
        ("[1]", #"{"op":"add","path":"/00","value":1}"#, .badPosition(place("00"), count: 1)),
        ("[1]", #"{"op":"add","path":"/x","value":1}"#, .badPosition(place("x"), count: 1)),
        ("[1]", #"{"op":"remove","path":"/1"}"#, .badPosition(place("1"), count: 1)),
        ("[1]", #"{"op":"remove","path":"/-"}"#, .badPosition(place("-"), count: 1)),
        ("[1]", #"{"op":"replace","path":"/-","value":1}"#, .badPosition(place("-"), count: 1)),
        ("[[]]", #"{"op":"add","path":"/1/0","value":1}"#, .badPosition(place("1"), count: 1)),
        ("[[]]", #"{"op":"add","path":"/-/0","value":1}"#, .badPosition(place("-"), count: 1)),
        ("{}", #"{"op":"remove","path":""}"#, .removesDocument),
        ("{}", #"{"op":"move","from":"/a","path":"/b"}"#, .noSuchPlace(place("a"))),
        ("{}", #"{"op":"copy","from":"/a","path":"/b"}"#, .noSuchPlace(place("a"))),
        (
            #"{"a":{}}"#, #"{"op":"move","from":"/a","path":"/a/b"}"#,
            .moveIntoItself(from: place("a"), to: place("a", "b"))
        ),
        (#"{"a":{}}"#, #"{"op":"move","from":"","path":"/a"}"#, .moveIntoItself(from: place(), to: place("a"))),
        (#"{"a":1}"#, #"{"op":"test","path":"/a","value":2}"#, .testFailed(place("a"), found: 1, expected: 2)),
        (#"{"a":"1"}"#, #"{"op":"test","path":"/a","value":1}"#, .testFailed(place("a"), found: "1", expected: 1)),
        (
            #"{"a":null}"#, #"{"op":"test","path":"/a","value":false}"#,
            .testFailed(place("a"), found: nil, expected: false)
        ),
        (
            #"{"a":[1,2]}"#, #"{"op":"test","path":"/a","value":[2,1]}"#,
            .testFailed(place("a"), found: [1, 2], expected: [2, 1])
        ),
        ("{}", #"{"op":"test","path":"/a","value":null}"#, .noSuchPlace(place("a"))),
    ]

    @Test("is refused by a document it does not fit", arguments: refused)
    func refuses(document: String, operation: String, problem: JSONPatchError.Problem) throws {
        let document = try JSONValue(parsing: document)
        let patch = try JSONValue(parsing: #"[{"op":"test","path":"","value":\#(document)},\#(operation)]"#)
        #expect(throws: JSONPatchError(operation: 1, problem: problem)) {
            try JSONPatch(patch).applied(to: document)
        }
    }

    static let malformed: [(String, Int?, JSONPatchError.Problem)] = [
        ("{}", nil, .notAnArray(kind: "object")), (#""x""#, nil, .notAnArray(kind: "string")),
        ("[1]", 0, .notAnObject(kind: "number")), ("[{}]", 0, .missingMember("op")),
        (#"[{"op":1,"path":""}]"#, 0, .missingMember("op")), (#"[{"op":"add","value":1}]"#, 0, .missingMember("path")),
        (#"[{"op":"add","path":1,"value":1}]"#, 0, .missingMember("path")),
        (#"[{"op":"add","path":"/a"}]"#, 0, .missingMember("value")),
        (#"[{"op":"replace","path":"/a"}]"#, 0, .missingMember("value")),
        (#"[{"op":"test","path":"/a"}]"#, 0, .missingMember("value")),
        (#"[{"op":"move","path":"/a"}]"#, 0, .missingMember("from")),
        (#"[{"op":"copy","path":"/a"}]"#, 0, .missingMember("from")),
        (#"[{"op":"merge","path":"/a"}]"#, 0, .unknownOperation("merge")),
        (#"[{"op":"Add","path":"/a","value":1}]"#, 0, .unknownOperation("Add")),
        (#"[{"op":"remove","path":"a"}]"#, 0, .badPointer(.noLeadingSlash("a"))),
        (#"[{"op":"remove","path":"/a"},{"op":"copy","from":"/~","path":""}]"#, 1, .badPointer(.badEscape("/~"))),
    ]

    @Test("is refused when it is no patch", arguments: malformed)
    func refusesMalformed(patch: String, operation: Int?, problem: JSONPatchError.Problem) throws {
        let value = try JSONValue(parsing: patch)
        #expect(throws: JSONPatchError(operation: operation, problem: problem)) { try JSONPatch(value) }
    }

    @Test func `errors name the operation, the place and the value seen`() {
        let failed = JSONPatchError.Problem.testFailed(JSONPointer(["spec", "replicas"]), found: 3, expected: 5)
        let error = JSONPatchError(operation: 2, problem: failed)
        #expect("\(error)" == "JSON patch operation 2: '/spec/replicas' is 3, expected 5")
        let whole = JSONPatchError(operation: nil, problem: .notAnArray(kind: "object"))
        #expect("\(whole)" == "JSON patch: found object, expected an array of operations")
    }
}
