/// The AWS Query notation: structures as dotted names, lists as `member.1`, `member.2`.
///
/// Source: AWS Query protocol; Elastic Load Balancing API reference, common parameters.
package enum QueryProtocol {
    /// How deep dotted names may nest.
    static let depthMax = 32

    /// Writes fields as parameters in their order.
    package static func items(_ fields: [WireField]) -> [QueryItem] {
        var items: [QueryItem] = []
        for field in fields { append(field.value, as: field.name, to: &items) }
        return items
    }

    private static func append(_ value: WireValue, as name: String, to items: inout [QueryItem]) {
        switch value {
        case .text(let text): items.append(QueryItem(name, text))
        case .structure(let fields):
            for field in fields { append(field.value, as: "\(name).\(field.name)", to: &items) }
        case .list(let values):
            if values.isEmpty { items.append(QueryItem(name, "")) }
            for (index, value) in values.enumerated() { append(value, as: "\(name).member.\(index + 1)", to: &items) }
        }
    }

    /// Reads parameters as fields: members in the order of their numbers, gaps allowed, the last of equal names counts.
    ///
    /// - Throws: `ValidationError` when a name nests too deeply, or is both a value and a structure.
    package static func fields(_ items: [QueryItem]) throws(ELBFailure) -> [WireField] {
        var root = Node()
        for item in items {
            let path = item.name.split(separator: ".", omittingEmptySubsequences: false)
            guard path.count <= depthMax else {
                throw .validation("Parameter '\(item.name.prefix(80))…' nests deeper than \(depthMax) levels")
            }
            root.set(item.value, at: path[...])
        }
        if let name = root.contradiction(at: "") {
            throw .validation("Parameter '\(name)' is both a value and a structure. Send one of them")
        }
        guard case .structure(let fields) = root.value else { return [] }
        return fields
    }

    /// A name's value and the names below it, in the order of their first appearance.
    private struct Node {
        var text: String?
        var names: [String] = []
        var children: [String: Node] = [:]

        mutating func set(_ value: String, at path: ArraySlice<Substring>) {
            guard let first = path.first else {
                text = value
                return
            }
            let name = String(first)
            if children[name] == nil { names.append(name) }
            children[name, default: Node()].set(value, at: path.dropFirst())
        }

        var value: WireValue {
            if names.isEmpty { return .text(text ?? "") }
            if names == ["member"], let members = children["member"], let list = members.numbered {
                return .list(list.map(\.value))
            }
            return .structure(names.compactMap { name in children[name].map { WireField(name, $0.value) } })
        }

        /// The children in numeric order; `nil` unless every name is a number.
        var numbered: [Node]? {
            var result: [(number: Int, node: Node)] = []
            for name in names {
                guard let number = Int(name), let node = children[name] else { return nil }
                result.append((number, node))
            }
            return result.sorted { $0.number < $1.number }.map(\.node)
        }

        func contradiction(at path: String) -> String? {
            if text?.isEmpty == false, !names.isEmpty { return path }
            for name in names {
                if let found = children[name]?.contradiction(at: path.isEmpty ? name : "\(path).\(name)") {
                    return found
                }
            }
            return nil
        }
    }
}

extension ELBRequest {
    /// The version of the API that these calls belong to.
    package static let apiVersion = "2015-12-01"

    /// The call as query parameters, `Action` and `Version` first.
    package var queryItems: [QueryItem] {
        [QueryItem("Action", operation), QueryItem("Version", Self.apiVersion)] + QueryProtocol.items(parameters)
    }

    /// The call as a form body.
    package var formBody: String { FormEncoding.encode(queryItems) }

    /// Reads a call from decoded parameters.
    ///
    /// - Throws: `MissingAction`; `InvalidAction` for an unknown operation; `ValidationError` for bad parameters.
    package init(query items: [QueryItem]) throws(ELBFailure) {
        var rest: [QueryItem] = []
        var action: String?
        var version: String?
        for item in items {
            switch item.name {
            case "Action": action = item.value
            case "Version": version = item.value
            default: rest.append(item)
            }
        }
        guard let action, !action.isEmpty else {
            throw ELBFailure("MissingAction", "The request has no 'Action' parameter. Name the operation to call")
        }
        if let version, version != Self.apiVersion {
            let message = "Could not find operation '\(action)' for version \(version). Use version \(Self.apiVersion)"
            throw ELBFailure(.invalidAction, message)
        }
        try self.init(operation: action, parameters: QueryProtocol.fields(rest))
    }

    /// Reads a call from a form body or a query string.
    package init(formBody: some StringProtocol) throws(ELBFailure) {
        try self.init(query: FormEncoding.decode(formBody))
    }
}
