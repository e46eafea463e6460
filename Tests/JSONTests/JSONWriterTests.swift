import JSON
import Testing

@Suite("Written JSON")
struct JSONWriterTests {
    @Test func `pretty text has a line per member and none for empty containers`() {
        let value: JSONValue = ["a": [1, ["b": nil]], "c": [:], "d": [], "e": "x"]
        let expected = """
            {
              "a": [
                1,
                {
                  "b": null
                }
              ],
              "c": {},
              "d": [],
              "e": "x"
            }
            """
        #expect(value.prettyText == expected)
        #expect(JSONValue.array([]).prettyText == "[]")
    }

    @Test func `only quotes, backslashes and control characters are escaped`() {
        var expected = "\""
        var text = ""
        for code in 0..<0x80 as Range<UInt8> {
            let character = Character(Unicode.Scalar(code))
            text.append(character)
            switch character {
            case "\"": expected += "\\\""
            case "\\": expected += "\\\\"
            case "\u{8}": expected += "\\b"
            case "\t": expected += "\\t"
            case "\n": expected += "\\n"
            case "\u{C}": expected += "\\f"
            case "\r": expected += "\\r"
            default:
                let digits = String(code, radix: 16)
                expected += code < 0x20 ? "\\u00\(code < 16 ? "0" : "")\(digits)" : String(character)
            }
        }
        #expect(JSONValue.string(text).text == expected + "\"")
    }

    @Test func `canonical text sorts the members of every level`() throws {
        let value = try JSONValue(parsing: #"{"b":{"d":1.50,"c":[{"z":1,"y":2}]},"a":1e2}"#)
        #expect(value.canonicalText == #"{"a":100,"b":{"c":[{"y":2,"z":1}],"d":1.5}}"#)
        #expect(value.text == #"{"b":{"d":1.50,"c":[{"z":1,"y":2}]},"a":1e2}"#)
    }

    @Test func `a substring of a larger text is written by itself`() {
        let slice = "before \"middle\" after".dropFirst(7).prefix(8)
        #expect(JSONValue.string(String(slice)).text == #""\"middle\"""#)
    }
}
