import JSON
import KubernetesModel

/// Where the next page of a list begins; opaque to clients.
struct ContinueToken: Equatable {
    /// The version of the first page, which all pages report; `nil` where the client goes on although it is too old,
    /// and each page has the version of its own time.
    var resourceVersion: UInt64?
    /// The last object of the page before.
    var last: ObjectKey

    /// What stands in `metadata.continue`.
    var text: String {
        let document: JSONValue = [
            "v": "meta.k8s.io/v1", "rv": .string(resourceVersion.map { String($0) } ?? ""),
            "namespace": .string(last.namespace), "name": .string(last.name),
        ]
        return Base64.encoded(document.serialized())
    }
}

extension ContinueToken {
    /// Reads a token that `text` made.
    init(parsing text: String) throws(KubernetesFailure) {
        guard let bytes = Base64.decoded(text), let document = Self.document(bytes),
            let version = document["rv"]?.stringValue, version.isEmpty || UInt64(version) != nil,
            let name = document["name"]?.stringValue
        else {
            throw .badRequest("continue key is not valid: \"\(text)\" was not returned by this server")
        }
        resourceVersion = UInt64(version)
        last = ObjectKey(namespace: document["namespace"]?.stringValue ?? "", name: name)
    }

    private static func document(_ bytes: [UInt8]) -> JSONValue? {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            return nil
        }
    }
}
