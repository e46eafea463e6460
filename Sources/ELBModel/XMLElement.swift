/// An element of an XML document: name, text and child elements. Attributes are not kept.
package struct XMLElement: Equatable, Sendable {
    /// The name without a namespace prefix.
    package var name: String
    /// The character data directly inside, entities resolved.
    package var text: String
    /// The elements directly inside, in their order.
    package var children: [XMLElement]

    /// Sets every part.
    package init(_ name: String, text: String = "", children: [XMLElement] = []) {
        self.name = name
        self.text = text
        self.children = children
    }

    /// The first child of that name.
    package subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

    /// The content in the notation-free form: only `member` children make a list, no children a text.
    package var wireValue: WireValue {
        if children.isEmpty { return .text(text) }
        if children.allSatisfy({ $0.name == "member" }) { return .list(children.map(\.wireValue)) }
        return .structure(children.map { WireField($0.name, $0.wireValue) })
    }

    /// Names a notation-free value.
    package init(_ name: String, _ value: WireValue) {
        switch value {
        case .text(let text): self.init(name, text: text)
        case .list(let values): self.init(name, children: values.map { XMLElement("member", $0) })
        case .structure(let fields): self.init(name, children: fields.map { XMLElement($0.name, $0.value) })
        }
    }

    /// Appends this element as text, without white space between elements; `attributes` is written after the name.
    package func write(to output: inout String, attributes: String = "") {
        output += "<\(name)\(attributes)"
        if children.isEmpty, text.isEmpty {
            output += "/>"
            return
        }
        output += ">"
        if children.isEmpty { Self.escape(text, to: &output) }
        for child in children { child.write(to: &output) }
        output += "</\(name)>"
    }

    private static func escape(_ text: String, to output: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "&": output += "&amp;"
            case "\"": output += "&quot;"
            case "\r": output += "&#xD;"
            case "\t", "\n", "\u{20}"...: output.unicodeScalars.append(scalar)
            default: output.unicodeScalars.append("\u{FFFD}")
            }
        }
    }
}
