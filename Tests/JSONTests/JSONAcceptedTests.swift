import JSON
import Testing

@Suite("Documents which RFC 8259 allows")
struct JSONAcceptedTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var document: String
        /// The compact text that is written again; `nil` when it is the document itself.
        var written: String?

        init(_ document: String, _ written: String? = nil) {
            self.document = document
            self.written = written
        }

        var testDescription: String { document.count > 60 ? "\(document.prefix(60))…" : document }
    }

    static let scalars: [Case] = [
        Case("null"), Case("true"), Case("false"), Case("0"), Case("\"\""), Case("[]"), Case("{}"),
        Case(" \t\r\n null \n", "null"), Case("42"), Case("-1"), Case("\"text\""),
    ]

    static let numbers: [Case] = [
        Case("-0"), Case("0.0"), Case("-0.0"), Case("1.50"), Case("1e5"), Case("1E5"), Case("1E+05"), Case("1e-7"),
        Case("0e0"), Case("0E-0"), Case("123456789012345678"), Case("9223372036854775807"),
        Case("-9223372036854775808"), Case("9223372036854775808"), Case("-9223372036854775809"),
        Case("100000000000000000000000000000000000000000000000001"), Case("0.1000000000000000055511151231257827"),
        Case("1e400"), Case("-1.7976931348623159e308"), Case("5e-999"), Case("1e99999999999999999999999"),
        Case("0.00000000000000000000000000000000000001"), Case("[0,-0,0.5,10]"),
    ]

    static let strings: [Case] = [
        Case(#""\" \\ \/ \b \f \n \r \t""#, #""\" \\ / \b \f \n \r \t""#),
        Case(#""\u0041\u00e9\u20ac""#, "\"Aé€\""),
        Case(#""\u00E9\u20AC""#, "\"é€\""),
        Case(#""\ud83d\ude00""#, "\"😀\""),
        Case(#""\uD834\uDD1E rest""#, "\"𝄞 rest\""),
        Case(#""\u0000""#), Case(#""\u001f\u007f""#, "\"\\u001f\u{7F}\""), Case(#""a\u000bb""#),
        Case("\"é€😀\""), Case("\"\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}\""),
        Case("\"\u{2028}\u{2029}\""), Case("\"\u{FEFF}inside\""), Case(#""<&>""#),
        Case(#""\u2028""#, "\"\u{2028}\""),
        Case("\"exactly7\""), Case("\"fifteen bytes..\""), Case("\"sixteen bytes...\""), Case("\"1234567é\""),
        Case("\"a string that is longer than what fits without memory of its own\""),
        Case(#""{\"a\":\"b\",\"c\":[1,\"d\"]}""#), Case(#""\\\\\\""#), Case(#""12345678\"12345678\\12345678""#),
        Case(#""\uFFFF\ufffd""#, "\"\u{FFFF}\u{FFFD}\""),
    ]

    static let containers: [Case] = [
        Case("[1]"), Case("[ 1 , 2 ]", "[1,2]"), Case("[[],[[]],{}]"), Case("[null,true,false,\"\",0,{}]"),
        Case(#"{"a":1}"#), Case("{ \"a\" : { \"b\" : [ ] } }", #"{"a":{"b":[]}}"#), Case(#"{"":0}"#),
        Case(#"{"b":1,"a":2,"c":3}"#), Case(#"{"a":{"a":{"a":[{"a":{}}]}}}"#), Case(#"{"é":1,"\n":2}"#),
        Case(#"{"\u0061":1,"b":2}"#, #"{"a":1,"b":2}"#), Case("[\n\t1,\r\n2]", "[1,2]"),
        Case(#"{"k:{\"name\":\"x\"}":{"f:name":{}}}"#),
    ]

    @Test("is read and written again", arguments: scalars + numbers + strings + containers)
    func accepted(_ example: Case) throws {
        let value = try JSONValue(parsing: example.document)
        #expect(value.text == example.written ?? example.document)
        #expect(try JSONValue(parsing: value.serialized()) == value)
        #expect(try JSONValue(parsing: value.prettyText) == value)
        #expect(try JSONValue(parsing: value.canonicalText) == value)
    }

    @Test(
        "a repeated name keeps its first place and its last value",
        arguments: [
            (#"{"a":1,"a":2}"#, #"{"a":2}"#), (#"{"a":1,"b":2,"a":3,"c":4}"#, #"{"a":3,"b":2,"c":4}"#),
            (#"{"a":{"x":1},"a":{"y":2}}"#, #"{"a":{"y":2}}"#), (#"{"a":1,"\u0061":2}"#, #"{"a":2}"#),
            (#"{"a":1,"a":null}"#, #"{"a":null}"#), (#"{"x":{"a":1,"a":2},"a":3}"#, #"{"x":{"a":2},"a":3}"#),
        ])
    func repeatedNames(document: String, written: String) throws {
        #expect(try JSONValue(parsing: document).text == written)
    }

    @Test func `repeated names are found in large objects too`() throws {
        let members = (0..<100).map { "\"name\($0 % 60)\":\($0)" }.joined(separator: ",")
        let object = try #require(try JSONValue(parsing: "{\(members)}").objectValue)
        #expect(object.count == 60)
        #expect(object["name0"] == 60)
        #expect(object["name39"] == 99)
        #expect(object["name40"] == 40)
        #expect(object.keys.first == "name0")
    }

    @Test func `nesting is allowed up to its limit`() throws {
        let arrays = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(try JSONValue(parsing: arrays).text == arrays)
        let objects = String(repeating: #"{"a":"#, count: 512) + "1" + String(repeating: "}", count: 512)
        #expect(try JSONValue(parsing: objects).canonicalText == objects)
    }

    @Test func `every place in a word is scanned alike`() throws {
        // The special byte moves through all offsets of the eight bytes which the scanner looks at together.
        for length in 0..<40 {
            let plain = String(repeating: "x", count: length)
            for special in ["é", "\\\"", "\\\\", "\\u0001", "😀", "~", " "] {
                let document = "[\"\(plain)\(special)\",\"\(special)\(plain)\",{\"\(plain)\(special)\(plain)\":0}]"
                #expect(try JSONValue(parsing: document).text == document)
            }
        }
    }

    @Test func `all ways of giving the bytes read the same`() throws {
        let text = #"{"a":[1,"é",{"b":null}]}"#
        let bytes = Array(text.utf8)
        let value = try JSONValue(parsing: text)
        #expect(try JSONValue(parsing: bytes) == value)
        #expect(try JSONValue(parsing: bytes[...]) == value)
        #expect(try JSONValue(parsing: text.utf8.lazy.map { $0 }) == value)
        #expect(try bytes.withUnsafeBytes { try JSONValue(parsing: $0) } == value)
        #expect(try JSONValue(parsing: Substring("  \(text) ").utf8) == value)
    }
}
