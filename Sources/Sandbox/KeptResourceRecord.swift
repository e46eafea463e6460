import ELBModel
import JSON
import LoadBalancerState

/// Resources of load balancers as the bytes of a journal's record.
///
/// A record is a JSON array of `[kind, name, content]`; the content is an object of texts, arrays and objects, `null`
/// for a resource that is gone.
enum KeptResourceRecord {
    /// The bytes from which `resources(of:)` reads the same resources.
    static func bytes(of resources: [KeptResource]) -> [UInt8] {
        let entries = resources.map { resource -> JSONValue in
            let content = resource.content.map { value(.structure($0)) } ?? .null
            return [.string(resource.identity.kind.rawValue), .string(resource.identity.name), content]
        }
        return JSONValue.array(entries).serialized()
    }

    /// - Throws: `Unreadable`, or a `JSONError`, for bytes that `bytes(of:)` did not make.
    static func resources(of bytes: [UInt8]) throws -> [KeptResource] {
        guard let entries = try JSONValue(parsing: bytes).arrayValue else {
            throw Unreadable(description: "a record is not an array of resources")
        }
        return try entries.map(resource)
    }

    /// What is not a record.
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    private static func resource(_ entry: JSONValue) throws -> KeptResource {
        guard let parts = entry.arrayValue, parts.count == 3, let word = parts[0].stringValue,
            let kind = KeptResource.Kind(rawValue: word), let name = parts[1].stringValue
        else { throw Unreadable(description: "a record has no kind and name of a resource") }
        let identity = KeptResource.Identity(kind: kind, name: name)
        if parts[2] == .null { return KeptResource(identity: identity, content: nil) }
        guard case .structure(let fields) = try wireValue(parts[2]) else {
            throw Unreadable(description: "the content of \(word) \(name) is not an object")
        }
        return KeptResource(identity: identity, content: fields)
    }

    private static func value(_ wire: WireValue) -> JSONValue {
        switch wire {
        case .text(let text): return .string(text)
        case .list(let elements): return .array(elements.map(value))
        case .structure(let fields):
            var object = JSONObject()
            for field in fields { object[field.name] = value(field.value) }
            return .object(object)
        }
    }

    private static func wireValue(_ value: JSONValue) throws -> WireValue {
        switch value {
        case .string(let text): return .text(text)
        case .array(let elements): return .list(try elements.map(wireValue))
        case .object(let object):
            return .structure(try object.map { WireField($0.key, try wireValue($0.value)) })
        case .null, .bool, .number:
            throw Unreadable(description: "a record holds a value that is neither text, array nor object")
        }
    }
}
