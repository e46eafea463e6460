import JSON
import Testing

@Suite("Documents which RFC 8259 does not allow")
struct JSONRefusedTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8]
        var offset: Int
        var problem: JSONError.Problem

        init(_ text: String, _ offset: Int, _ problem: JSONError.Problem) {
            self.init(Array(text.utf8), offset, problem)
        }

        init(_ bytes: [UInt8], _ offset: Int, _ problem: JSONError.Problem) {
            self.bytes = bytes
            self.offset = offset
            self.problem = problem
        }

        var testDescription: String { String(decoding: bytes.prefix(40), as: UTF8.self) }
    }

    private static func found(_ character: Unicode.Scalar, _ expected: JSONError.Expectation) -> JSONError.Problem {
        .unexpected(UInt8(ascii: character), expected: expected)
    }

    static let structure: [Case] = [
        Case("", 0, .endOfInput(expected: .value)), Case("  \n", 3, .endOfInput(expected: .value)),
        Case("[", 1, .endOfInput(expected: .valueOrEnd)), Case("[1", 2, .endOfInput(expected: .commaOrBracket)),
        Case("[1,", 3, .endOfInput(expected: .value)), Case("[1,]", 3, found("]", .value)),
        Case("[,1]", 1, found(",", .valueOrEnd)), Case("[1 2]", 3, found("2", .commaOrBracket)),
        Case("[1}", 2, found("}", .commaOrBracket)), Case("]", 0, found("]", .value)),
        Case("{", 1, .endOfInput(expected: .keyOrEnd)), Case("{,}", 1, found(",", .keyOrEnd)),
        Case("{\"a\"", 4, .endOfInput(expected: .colon)), Case("{\"a\" 1}", 5, found("1", .colon)),
        Case("{\"a\":", 5, .endOfInput(expected: .value)), Case("{\"a\":}", 5, found("}", .value)),
        Case("{\"a\":1", 6, .endOfInput(expected: .commaOrBrace)), Case("{\"a\":1,}", 7, found("}", .key)),
        Case("{\"a\":1]", 6, found("]", .commaOrBrace)), Case("{\"a\":1 \"b\":2}", 7, found("\"", .commaOrBrace)),
        Case("{a:1}", 1, found("a", .keyOrEnd)), Case("{'a':1}", 1, found("'", .keyOrEnd)),
        Case("{1:1}", 1, found("1", .keyOrEnd)), Case("{\"a\":1,2}", 7, found("2", .key)),
        Case("}", 0, found("}", .value)), Case("[[1]", 4, .endOfInput(expected: .commaOrBracket)),
        Case("{\"a\":::1}", 5, found(":", .value)),
    ]

    static let trailing: [Case] = [
        Case("1 2", 2, found("2", .end)), Case("{} x", 3, found("x", .end)), Case("[]]", 2, found("]", .end)),
        Case("null,", 4, found(",", .end)), Case("\"a\"\"b\"", 3, found("\"", .end)),
        Case("{}\u{0}", 2, .unexpected(0, expected: .end)), Case("{}//", 2, found("/", .end)),
        Case("[1]\u{C}", 3, .unexpected(0x0C, expected: .end)),
    ]

    static let literals: [Case] = [
        Case("nul", 3, .endOfInput(expected: .literal)), Case("nulL", 3, found("L", .literal)),
        Case("True", 0, found("T", .value)), Case("tru", 3, .endOfInput(expected: .literal)),
        Case("[fals]", 5, found("]", .literal)), Case("nullx", 4, found("x", .end)),
        Case("NaN", 0, found("N", .value)), Case("Infinity", 0, found("I", .value)),
        Case("undefined", 0, found("u", .value)), Case("'a'", 0, found("'", .value)),
        Case("/**/1", 0, found("/", .value)), Case("\u{A0}1", 0, .unexpected(0xC2, expected: .value)),
    ]

    static let numbers: [Case] = [
        Case("-", 1, .endOfInput(expected: .digit)), Case("+1", 0, found("+", .value)),
        Case("01", 0, .leadingZero), Case("-01", 1, .leadingZero), Case("00", 0, .leadingZero),
        Case("[-012]", 2, .leadingZero), Case(".5", 0, found(".", .value)),
        Case("1.", 2, .endOfInput(expected: .digit)),
        Case("-.5", 1, found(".", .digit)), Case("1.e5", 2, found("e", .digit)), Case("[1.]", 3, found("]", .digit)),
        Case("1e", 2, .endOfInput(expected: .digit)), Case("1e+", 3, .endOfInput(expected: .digit)),
        Case("1e5.5", 3, found(".", .end)), Case("0x1F", 1, found("x", .end)), Case("1_000", 1, found("_", .end)),
        Case("1,5", 1, found(",", .end)), Case("--1", 1, found("-", .digit)), Case("1-2", 1, found("-", .end)),
        Case("-Infinity", 1, found("I", .digit)), Case("1.2.3", 3, found(".", .end)),
        Case("1ee2", 2, found("e", .digit)),
        Case("１", 0, .unexpected(0xEF, expected: .value)),
    ]

    static let strings: [Case] = [
        Case("\"", 1, .endOfInput(expected: .quote)), Case("\"abc", 4, .endOfInput(expected: .quote)),
        Case("\"abcdefgh", 9, .endOfInput(expected: .quote)), Case("\"abc\\\"", 6, .endOfInput(expected: .quote)),
        Case("\"\\", 2, .endOfInput(expected: .escape)), Case("\"\\x\"", 2, found("x", .escape)),
        Case("\"\\'\"", 2, found("'", .escape)), Case("\"\\U0041\"", 2, found("U", .escape)),
        Case("\"\\u\"", 3, found("\"", .hexDigits)), Case("\"\\u00g0\"", 5, found("g", .hexDigits)),
        Case("\"\\u12", 5, .endOfInput(expected: .hexDigits)), Case("\"\\u+123\"", 3, found("+", .hexDigits)),
        Case("\"a\nb\"", 2, .controlCharacter(0x0A)), Case("\"\t\"", 1, .controlCharacter(0x09)),
        Case("\"12345678\u{0}\"", 9, .controlCharacter(0)), Case("\"\u{1F}\"", 1, .controlCharacter(0x1F)),
        Case("{\"a\nb\":1}", 3, .controlCharacter(0x0A)), Case("{\"abc", 5, .endOfInput(expected: .quote)),
    ]

    static let surrogates: [Case] = [
        Case(#""\ud800""#, 1, .loneSurrogate), Case(#""\udc00""#, 1, .loneSurrogate),
        Case(#""ab\udfffcd""#, 3, .loneSurrogate), Case(#""\ud800\u0041""#, 1, .loneSurrogate),
        Case(#""\ud800\ud800""#, 1, .loneSurrogate), Case(#""\ud83dx""#, 1, .loneSurrogate),
        Case(#""\ud83d\n""#, 1, .loneSurrogate), Case(#""\ude00\ud83d""#, 1, .loneSurrogate),
        Case(#"{"\ud800":1}"#, 2, .loneSurrogate), Case(#""\ud83d\u00""#, 11, found("\"", .hexDigits)),
    ]

    static let encodings: [Case] = [
        Case([0xEF, 0xBB, 0xBF, 0x31], 0, .byteOrderMark), Case([0xEF, 0xBB, 0xBF], 0, .byteOrderMark),
        Case([0xFF, 0xFE, 0x31, 0x00], 0, .unexpected(0xFF, expected: .value)),
        Case([0x31, 0x00], 1, .unexpected(0, expected: .end)),
        Case(quoted([0x80]), 1, .invalidUTF8), Case(quoted([0x61, 0xFF]), 2, .invalidUTF8),
        Case(quoted([0xC0, 0x80]), 1, .invalidUTF8), Case(quoted([0xC1, 0xBF]), 1, .invalidUTF8),
        Case(quoted([0xE0, 0x80, 0x80]), 1, .invalidUTF8), Case(quoted([0xED, 0xA0, 0x80]), 1, .invalidUTF8),
        Case(quoted([0xF0, 0x80, 0x80, 0x80]), 1, .invalidUTF8),
        Case(quoted([0xF4, 0x90, 0x80, 0x80]), 1, .invalidUTF8),
        Case(quoted([0xF5, 0x80, 0x80, 0x80]), 1, .invalidUTF8), Case(quoted([0xC3]), 1, .invalidUTF8),
        Case(quoted([0xE2, 0x82]), 1, .invalidUTF8), Case(quoted([0xF0, 0x9F, 0x98]), 1, .invalidUTF8),
        Case(quoted([0xC3, 0xA9, 0xE2, 0x28, 0xA1]), 3, .invalidUTF8),
        Case(quoted([0x5C, 0x6E, 0xC3, 0xA9, 0x80]), 5, .invalidUTF8),
        Case([0x7B] + quoted([0xFE]) + [0x3A, 0x31, 0x7D], 2, .invalidUTF8),
    ]

    private static func quoted(_ bytes: [UInt8]) -> [UInt8] { [0x22] + bytes + [0x22] }

    @Test(
        "is refused with its place and its mistake",
        arguments: structure + trailing + literals + numbers + strings + surrogates + encodings)
    func refused(_ example: Case) {
        #expect(throws: JSONError(offset: example.offset, problem: example.problem)) {
            try JSONValue(parsing: example.bytes)
        }
    }

    @Test func `nesting beyond the limit is refused where it is exceeded, whatever follows`() {
        let limit = JSONError(offset: 512, problem: .nestingTooDeep(limit: 512))
        #expect(throws: limit) { try JSONValue(parsing: String(repeating: "[", count: 513)) }
        #expect(throws: limit) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
        let objects = JSONError(offset: 512 * 5, problem: .nestingTooDeep(limit: 512))
        #expect(throws: objects) { try JSONValue(parsing: String(repeating: #"{"a":"#, count: 100_000)) }
    }

    @Test func `every beginning of a document is refused and nothing is read past its end`() throws {
        let document = Array(#"{"a":[1,-2.5e3,"é\n\u20ac",{"long name of a member":true}],"b":null}"#.utf8)
        _ = try JSONValue(parsing: document)
        for length in 0..<document.count {
            let beginning = Array(document.prefix(length))
            #expect(throws: JSONError.self) { try JSONValue(parsing: beginning) }
        }
    }

    @Test func `changing any byte never crashes and never gives a document that is not written again`() throws {
        let document = Array(#"{"a":[1,-2.5e3,"é\n\u20ac",{"name":true}],"b":null}"#.utf8)
        for place in document.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = document
                changed[place] = byte
                guard let value = try? JSONValue(parsing: changed) else { continue }
                #expect(try JSONValue(parsing: value.serialized()) == value)
            }
        }
    }

    @Test(
        "the description says where, what and what would be right",
        arguments: [
            ("[1 2]", "not JSON at byte 3: found '2', expected ',' or ']' after an element"),
            ("{\"a\":", "not JSON at byte 5: the document ends, expected a value"),
            ("\"\u{1}\"", "not JSON at byte 1: found byte 0x01 inside a string; write it as an escape"),
            ("007", "not JSON at byte 0: found a number with a leading zero; write it without"),
        ])
    func description(document: String, expected: String) {
        do throws(JSONError) {
            _ = try JSONValue(parsing: document)
            Issue.record("\(document) was accepted")
        } catch {
            #expect(error.description == expected)
        }
    }

    @Test func `the place of an error has a line and a column`() {
        let document = "{\n  \"a\": 1,\n  \"b\": x\n}"
        do throws(JSONError) {
            _ = try JSONValue(parsing: document)
            Issue.record("accepted")
        } catch {
            let (line, column) = error.position(in: document.utf8)
            #expect(line == 3)
            #expect(column == 8)
        }
    }
}
