import JSON
import KubernetesModel

/// The objects of a resource that a list, a watch or a deletion is about.
struct Selection: Sendable {
    /// One requirement of a field selector.
    struct FieldRequirement: Sendable, Equatable {
        var field: String
        var value: String
        var isEqual: Bool
    }

    private var labels: LabelQuery
    private var fields: [FieldRequirement]
    private let typeName: String?
    /// The one name asked for, known without looking into documents.
    private(set) var name: String?

    /// Reads both selectors.
    ///
    /// - Throws: 400 when a selector does not parse or names a field that the kind does not offer.
    init(
        _ definition: ResourceDefinition, labels: String, fields: String, name: String = ""
    ) throws(KubernetesFailure) {
        self.labels = try LabelQuery(labels)
        typeName = definition.typeName
        self.fields = try Self.parse(fields)
        for requirement in self.fields where !FieldLookup.isSupported(requirement.field, for: definition) {
            throw KubernetesFailure.badRequest(FieldLookup.refusal(of: requirement.field, for: definition))
        }
        let exact = self.fields.first { $0.field == "metadata.name" && $0.isEqual }
        self.name = name.isEmpty ? exact?.value : name
    }

    /// Whether everything is selected.
    var isEmpty: Bool { labels.isEmpty && fields.isEmpty && name == nil }

    func matches(_ document: JSONValue, key: ObjectKey) -> Bool {
        if let name, key.name != name { return false }
        if !labels.isEmpty, !labels.matches(labelsOf: document) { return false }
        return fields.allSatisfy { requirement in
            (FieldLookup.value(requirement.field, in: document, typeName: typeName) == requirement.value)
                == requirement.isEqual
        }
    }

    /// Splits `a=b,c!=d` at commas that are not escaped.
    private static func parse(_ text: String) throws(KubernetesFailure) -> [FieldRequirement] {
        var requirements: [FieldRequirement] = []
        for part in parts(of: text) where !part.isEmpty {
            guard let sign = part.firstIndex(where: { $0 == "=" || $0 == "!" }) else {
                throw KubernetesFailure.badRequest("invalid selector: '\(text)'; can't understand '\(part)'")
            }
            let isEqual = part[sign] == "="
            var rest = part[part.index(after: sign)...]
            if rest.hasPrefix("=") {
                rest = rest.dropFirst()
            } else if !isEqual {
                throw KubernetesFailure.badRequest("invalid selector: '\(text)'; can't understand '\(part)'")
            }
            let field = String(part[..<sign])
            // Nothing that is nothing holds always.
            if field.isEmpty, rest.isEmpty, isEqual { continue }
            requirements.append(FieldRequirement(field: field, value: try unescaped(rest), isEqual: isEqual))
        }
        return requirements
    }

    private static func parts(of text: String) -> [String] {
        var parts = [""]
        var isEscaped = false
        for character in text {
            if character == ",", !isEscaped {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
            isEscaped = character == "\\" && !isEscaped
        }
        return parts
    }

    private static func unescaped(_ text: Substring) throws(KubernetesFailure) -> String {
        var result = ""
        var isEscaped = false
        for scalar in text.unicodeScalars {
            let isSpecial = scalar == "\\" || scalar == "," || scalar == "="
            if isEscaped, !isSpecial {
                throw .badRequest("invalid field selector: invalid escape sequence: \\\(scalar)")
            }
            if !isEscaped, scalar == "\\" {
                isEscaped = true
                continue
            }
            if !isEscaped, isSpecial {
                throw .badRequest("invalid field selector: unescaped character in value: \(scalar.value)")
            }
            result.unicodeScalars.append(scalar)
            isEscaped = false
        }
        if isEscaped { throw .badRequest("invalid field selector: invalid escape sequence: \\") }
        return result
    }
}

extension LabelSelector {
    /// Whether the labels of a document satisfy every requirement; reads only the labels that are asked for.
    func matches(labelsOf document: JSONValue) -> Bool {
        let labels = document.at("metadata", "labels")
        return requirements.allSatisfy { requirement in
            let value = labels?[requirement.key]?.stringValue
            switch requirement.operator {
            case .isIn: return value.map(requirement.values.contains) ?? false
            case .notIn: return !(value.map(requirement.values.contains) ?? false)
            case .exists: return value != nil
            case .doesNotExist: return value == nil
            }
        }
    }
}
