import JSON
import Testing

@Suite("JSON Merge Patch")
struct JSONMergePatchTests {
    // The rows of RFC 7396 appendix A: document, patch, result.
    static let rows: [(String, String, String)] = [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
        (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
        (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
        (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
        (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
        (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
        (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
        ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        (#"{"a":[1,null]}"#, #"{"a":[null]}"#, #"{"a":[null]}"#), (#"{"a":1}"#, "{}", #"{"a":1}"#),
    ]

    @Test("applies", arguments: rows)
    func applies(document: String, patch: String, result: String) throws {
        let patched = try JSONValue(parsing: document).applyingMergePatch(try JSONValue(parsing: patch))
        #expect(patched.text == result)
    }

    // Two documents and the smallest patch between them.
    static let differences: [(String, String, String)] = [
        (#"{"a":1}"#, #"{"a":1}"#, "{}"), (#"{"a":1}"#, #"{"a":1.0}"#, "{}"), (#"{"a":1}"#, #"{"a":2}"#, #"{"a":2}"#),
        (#"{"a":1,"b":2}"#, #"{"b":2}"#, #"{"a":null}"#), (#"{"a":1}"#, #"{"a":1,"b":{"c":1}}"#, #"{"b":{"c":1}}"#),
        (#"{"a":{"b":1,"c":2},"d":3}"#, #"{"a":{"b":1,"c":4},"d":3}"#, #"{"a":{"c":4}}"#),
        (#"{"a":[1,2]}"#, #"{"a":[1,3]}"#, #"{"a":[1,3]}"#), (#"{"a":[1]}"#, #"{"a":{}}"#, #"{"a":{}}"#),
        (#"{"a":{"x":1}}"#, #"{"a":{}}"#, #"{"a":{"x":null}}"#), (#"{"a":{"x":1}}"#, #"{"a":"s"}"#, #"{"a":"s"}"#),
        (#"{"b":1,"a":2}"#, #"{"a":2,"b":1}"#, "{}"),
        (#"{"z":1,"y":2}"#, #"{"c":1,"b":2}"#, #"{"c":1,"b":2,"z":null,"y":null}"#),
        ("[1]", #"{"a":1}"#, #"{"a":1}"#), (#"{"a":1}"#, "[1]", "[1]"), ("1", "1", "1"),
    ]

    @Test("is the smallest between two documents", arguments: differences)
    func difference(old: String, new: String, expected: String) throws {
        let (old, new) = (try JSONValue(parsing: old), try JSONValue(parsing: new))
        let patch = JSONValue.mergePatch(from: old, to: new)
        #expect(patch.text == expected)
        #expect(old.applyingMergePatch(patch) == new)
    }

    @Test func `a member that becomes null is left out, as the format has no way to say it`() {
        let patch = JSONValue.mergePatch(from: ["a": 1], to: ["a": nil])
        let old: JSONValue = ["a": 1]
        #expect(old.applyingMergePatch(patch) == [:])
    }
}
