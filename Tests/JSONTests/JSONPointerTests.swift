import JSON
import Testing

@Suite("JSON pointers")
struct JSONPointerTests {
    // The names which RFC 6901 section 5 chooses to show each rule of evaluation; the values count them.
    static let document: JSONValue = [
        "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8,
        "nested": [["deep": [10, 11, 12]], [:]], "~1": 13, "text": "abc", "null": nil,
    ]

    @Test(
        "finds the value of its place",
        arguments: [
            ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/foo/1", "baz"), ("/", 0), ("/a~1b", 1), ("/c%d", 2),
            ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8), ("/nested/0/deep/2", 12),
            ("/nested/1", [:]), ("/~01", 13), ("/null", nil), ("", document),
        ] as [(String, JSONValue)])
    func found(text: String, expected: JSONValue) throws {
        let pointer = try JSONPointer(parsing: text)
        #expect(Self.document.value(at: pointer) == expected)
        #expect(pointer.description == text)
    }

    @Test(
        "finds nothing where there is nothing",
        arguments: [
            "/bar", "/foo/2", "/foo/-", "/foo/-1", "/foo/00", "/foo/01", "/foo/+1", "/foo/ 1", "/foo/1e0", "/foo/",
            "/foo/bar", "/foo/99999999999999999999999", "/text/0", "/null/a", "//", "/foo/0/0", "/foo/٣",
        ])
    func notFound(text: String) throws {
        #expect(Self.document.value(at: try JSONPointer(parsing: text)) == nil)
    }

    @Test func `a text that is no pointer is refused with a remedy`() {
        #expect(throws: JSONPointer.ParseError.noLeadingSlash("foo")) { try JSONPointer(parsing: "foo") }
        #expect(throws: JSONPointer.ParseError.noLeadingSlash("#/foo")) { try JSONPointer(parsing: "#/foo") }
        #expect(throws: JSONPointer.ParseError.badEscape("/a~")) { try JSONPointer(parsing: "/a~") }
        #expect(throws: JSONPointer.ParseError.badEscape("/a~2b")) { try JSONPointer(parsing: "/a~2b") }
        #expect("\(JSONPointer.ParseError.badEscape("/a~"))".contains("write '~0' for '~'"))
    }

    @Test func `a pointer contains itself and what is inside it`() throws {
        let spec = JSONPointer(["spec"])
        #expect(spec.contains(spec))
        #expect(spec.contains(spec.appending("a/b")))
        #expect(!spec.contains(JSONPointer(["specification"])))
        #expect(!spec.appending("a").contains(spec))
        #expect(JSONPointer().contains(spec))
        #expect(spec.appending("a/b~c").description == "/spec/a~1b~0c")
    }
}
