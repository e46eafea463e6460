/// Why a text is not the XML that is understood here.
package struct XMLProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where it was found, in bytes from the start.
    package var offset: Int
    /// What is wrong there.
    package var problem: String

    /// `byte 17: the element 'a' is not closed`.
    package var description: String { "byte \(offset): \(problem)" }
}

/// Reads the subset of XML that AWS answers use: elements, text, entities, comments, CDATA; attributes are skipped.
///
/// Documents are bounded in size and depth. Document type declarations are refused.
package struct XMLReader {
    /// The largest document, bytes.
    package static let byteCountMax = 64 << 20
    /// The deepest nesting of elements.
    package static let depthMax = 64

    private let bytes: [UInt8]
    private var offset = 0

    /// Reads one document.
    package static func parse(_ bytes: [UInt8]) throws(XMLProblem) -> XMLElement {
        var reader = XMLReader(bytes: bytes)
        guard bytes.count <= byteCountMax else {
            throw reader.problem("the document is larger than \(byteCountMax) bytes")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.offset = 3 }
        try reader.skipMisc()
        let root = try reader.element(depth: 1)
        try reader.skipMisc()
        guard reader.offset == bytes.count else { throw reader.problem("there is more after the root element") }
        return root
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func problem(_ text: String) -> XMLProblem { XMLProblem(offset: offset, problem: text) }

    private func isAt(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard offset + count <= bytes.count else { return false }
        for index in 0..<count where bytes[offset + index] != text.utf8Start[index] { return false }
        return true
    }

    private mutating func skip(past end: StaticString, of what: String) throws(XMLProblem) {
        let start = offset
        while offset < bytes.count {
            if isAt(end) {
                offset += end.utf8CodeUnitCount
                return
            }
            offset += 1
        }
        throw XMLProblem(offset: start, problem: "\(what) is not closed")
    }

    private mutating func skipSpace() {
        while offset < bytes.count, Self.isSpace(bytes[offset]) { offset += 1 }
    }

    private mutating func skipMisc() throws(XMLProblem) {
        while true {
            skipSpace()
            if isAt("<?") {
                try skip(past: "?>", of: "a processing instruction")
            } else if isAt("<!--") {
                try skip(past: "-->", of: "a comment")
            } else if isAt("<!") {
                throw problem("document type declarations are not read")
            } else {
                return
            }
        }
    }

    private mutating func name() throws(XMLProblem) -> String {
        let start = offset
        while offset < bytes.count, Self.isNameByte(bytes[offset]) { offset += 1 }
        guard offset > start else { throw problem("a name is expected") }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func element(depth: Int) throws(XMLProblem) -> XMLElement {
        guard depth <= Self.depthMax else { throw problem("elements nest deeper than \(Self.depthMax)") }
        guard isAt("<") else { throw problem("'<' is expected") }
        offset += 1
        let qualified = try name()
        let local = qualified.split(separator: ":").last.map(String.init) ?? qualified
        if try skipAttributes(of: qualified) { return XMLElement(local) }
        var element = XMLElement(local)
        var text: [UInt8] = []
        while true {
            guard offset < bytes.count else { throw problem("the element '\(qualified)' is not closed") }
            if isAt("</") {
                offset += 2
                let closing = try name()
                guard closing == qualified else { throw problem("'\(qualified)' is closed by '\(closing)'") }
                skipSpace()
                guard isAt(">") else { throw problem("'>' is expected") }
                offset += 1
                break
            } else if isAt("<![CDATA[") {
                let start = offset + 9
                try skip(past: "]]>", of: "a CDATA section")
                text += bytes[start..<(offset - 3)]
            } else if isAt("<!--") {
                try skip(past: "-->", of: "a comment")
            } else if isAt("<?") {
                try skip(past: "?>", of: "a processing instruction")
            } else if isAt("<") {
                element.children.append(try self.element(depth: depth + 1))
            } else if isAt("&") {
                text += try entity()
            } else {
                text.append(bytes[offset])
                offset += 1
            }
        }
        guard let content = String(validating: text, as: UTF8.self) else {
            throw problem("the text of '\(qualified)' is not UTF-8")
        }
        element.text = element.children.isEmpty ? content : ""
        return element
    }

    /// Skips to the end of a start tag; true when the element is empty.
    private mutating func skipAttributes(of element: String) throws(XMLProblem) -> Bool {
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: ">"):
                offset += 1
                return false
            case UInt8(ascii: "/"):
                offset += 1
                guard isAt(">") else { throw problem("'>' is expected after '/'") }
                offset += 1
                return true
            case UInt8(ascii: "\""):
                offset += 1
                try skip(past: "\"", of: "an attribute value")
            case UInt8(ascii: "'"):
                offset += 1
                try skip(past: "'", of: "an attribute value")
            case UInt8(ascii: "<"):
                throw problem("'<' inside the tag '\(element)'")
            default:
                offset += 1
            }
        }
        throw problem("the tag '\(element)' is not closed")
    }

    private mutating func entity() throws(XMLProblem) -> [UInt8] {
        let start = offset
        offset += 1
        let nameStart = offset
        while offset < bytes.count, bytes[offset] != UInt8(ascii: ";"), offset - nameStart < 12 { offset += 1 }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: ";") else {
            throw XMLProblem(offset: start, problem: "'&' without an entity")
        }
        let name = String(decoding: bytes[nameStart..<offset], as: UTF8.self)
        offset += 1
        switch name {
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "amp": return [UInt8(ascii: "&")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        default:
            let isHex = name.hasPrefix("#x")
            let digits = name.dropFirst(isHex ? 2 : 1)
            guard name.hasPrefix("#"), let number = UInt32(digits, radix: isHex ? 16 : 10),
                let scalar = Unicode.Scalar(number)
            else { throw XMLProblem(offset: start, problem: "the entity '&\(name);' is unknown") }
            return Array(String(Character(scalar)).utf8)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...10).contains(byte) || byte == 13 }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: ":"), 128...:
            true
        default: false
        }
    }
}
