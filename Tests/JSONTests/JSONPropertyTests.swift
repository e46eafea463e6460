import JSON
import Testing

@Suite("What holds for all documents")
struct JSONPropertyTests {
    @Test("writing and reading gives the same document", arguments: 0..<20 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        for _ in 0..<100 {
            let value = generator.value()
            let compact = value.serialized()
            let read = try JSONValue(parsing: compact)
            #expect(read == value)
            #expect(read.serialized() == compact)
            #expect(try JSONValue(parsing: value.prettyText).serialized() == compact)
            #expect(read.hashValue == value.hashValue)
        }
    }

    @Test("the canonical text is the same for equal documents only", arguments: 0..<20 as Range<UInt64>)
    func canonical(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        var previous: JSONValue = nil
        for _ in 0..<100 {
            let value = generator.value(depth: 3)
            let canonical = value.canonicalized
            #expect(canonical == value)
            #expect(canonical.canonicalText == canonical.text)
            #expect(try JSONValue(parsing: value.canonicalText).text == canonical.text)
            #expect((value == previous) == (value.canonicalText == previous.canonicalText))
            previous = value
        }
    }

    @Test(
        "a merge patch between two documents without null leads from one to the other",
        arguments: 0..<20 as Range<UInt64>)
    func mergePatch(seed: UInt64) {
        var generator = DocumentGenerator(seed: seed)
        generator.allowsNull = false
        for _ in 0..<100 {
            let old = generator.value()
            let new = generator.value()
            let patch = JSONValue.mergePatch(from: old, to: new)
            #expect(old.applyingMergePatch(patch) == new)
            #expect(new.applyingMergePatch(JSONValue.mergePatch(from: new, to: new)) == new)
        }
    }

    @Test("a pointer finds every value that a walk finds, and reads its own text", arguments: 0..<10 as Range<UInt64>)
    func pointers(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        for _ in 0..<30 {
            let document = generator.value()
            for (pointer, value) in Self.places(in: document, at: JSONPointer()) {
                #expect(document.value(at: pointer) == value)
                #expect(try JSONPointer(parsing: pointer.description) == pointer)
                let patch = JSONPatch(operations: [.test(pointer, value), .replace(pointer, "new")])
                #expect(try patch.applied(to: document).value(at: pointer) == "new")
                #expect(try JSONPatch(patch.document) == patch)
            }
        }
    }

    @Test("removing what was added gives the document again", arguments: 0..<10 as Range<UInt64>)
    func addAndRemove(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        for _ in 0..<30 {
            let document = generator.value()
            for (pointer, value) in Self.places(in: document, at: JSONPointer()) {
                let token = value.objectValue == nil ? "0" : "a name that is not there"
                guard value.objectValue != nil || value.arrayValue != nil else { continue }
                let place = pointer.appending(token)
                let patch = JSONPatch(operations: [.add(place, "x"), .test(place, "x"), .remove(place)])
                #expect(try patch.applied(to: document) == document)
            }
        }
    }

    private static func places(in value: JSONValue, at pointer: JSONPointer) -> [(JSONPointer, JSONValue)] {
        var found = [(pointer, value)]
        for (position, element) in (value.arrayValue ?? []).enumerated() {
            found += places(in: element, at: pointer.appending(String(position)))
        }
        for (key, member) in value.objectValue ?? [:] { found += places(in: member, at: pointer.appending(key)) }
        return found
    }
}
