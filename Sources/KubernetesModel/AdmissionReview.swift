import FoundationEssentials
package import JSON

/// What an API server asks an admission webhook: may this be written, and what is to be changed in it.
///
/// Source: `admission.k8s.io/v1`.
package struct AdmissionRequest: Equatable, Sendable {
    /// `AdmissionReview.request` as it is on the wire.
    package var document: JSONValue

    /// - Parameter document: `AdmissionReview.request`; the answer repeats its `uid`.
    package init(document: JSONValue) {
        self.document = document
    }

    /// The request in a review; `nil` for anything else than a review of version v1.
    package init?(review: JSONValue) {
        guard review["kind"] == "AdmissionReview", review["apiVersion"]?.stringValue == AdmissionReview.apiVersion,
            let request = review["request"], request.objectValue != nil,
            request["uid"]?.stringValue?.isEmpty == false
        else { return nil }
        document = request
    }

    package var uid: String { document["uid"]?.stringValue ?? "" }
    /// `CREATE`, `UPDATE`, `DELETE` or `CONNECT`.
    package var operation: String { document["operation"]?.stringValue ?? "" }
    /// The plural name of what is written: `pods`.
    package var resource: String { document.at("resource", "resource")?.stringValue ?? "" }
    /// Empty for what has no namespace.
    package var namespace: String { document["namespace"]?.stringValue ?? "" }
    /// The object as it would be written.
    package var object: KubernetesObject { KubernetesObject(document["object"] ?? [:]) }

    /// The review that is sent.
    package var review: JSONValue {
        ["apiVersion": .string(AdmissionReview.apiVersion), "kind": "AdmissionReview", "request": document]
    }
}

/// What a webhook says about a request.
package struct AdmissionAnswer: Equatable, Sendable {
    package var isAllowed: Bool
    /// What is to be changed in the object before it is written.
    package var patch: JSONPatch?
    /// Why it is not allowed.
    package var message = ""
    /// The HTTP code of a refusal.
    package var code: Int?
    /// What the client is told besides.
    package var warnings: [String] = []

    package init(isAllowed: Bool, patch: JSONPatch? = nil) {
        self.isAllowed = isAllowed
        self.patch = patch
    }

    /// Allowed as it is.
    package static let allowed = Self(isAllowed: true)

    /// The answer in a review.
    ///
    /// - Throws: `AdmissionReview.Unreadable` when it is no answer to the request with that uid, or has a patch that is
    ///   not a JSON patch in Base64.
    package init(review: JSONValue, uid: String) throws(AdmissionReview.Unreadable) {
        guard review["kind"] == "AdmissionReview", review["apiVersion"]?.stringValue == AdmissionReview.apiVersion
        else {
            throw .init("expected an AdmissionReview of version \(AdmissionReview.apiVersion)")
        }
        guard let response = review["response"], response.objectValue != nil else {
            throw .init("the webhook response lacked the field response")
        }
        guard response["uid"]?.stringValue == uid else {
            throw .init("expected response.uid=\"\(uid)\", got \"\(response["uid"]?.stringValue ?? "")\"")
        }
        guard let isAllowed = response["allowed"]?.boolValue else { throw .init("response.allowed is not a boolean") }
        self.isAllowed = isAllowed
        message = response.at("status", "message")?.stringValue ?? response.at("status", "reason")?.stringValue ?? ""
        code = response.at("status", "code")?.intValue
        warnings = (response["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard let text = response["patch"]?.stringValue, !text.isEmpty else { return }
        guard response["patchType"] == "JSONPatch" else { throw .init("response.patchType is not JSONPatch") }
        guard let bytes = Data(base64Encoded: text), let value = try? JSONValue(parsing: [UInt8](bytes)),
            let patch = try? JSONPatch(value)
        else { throw .init("response.patch is not a JSON patch in Base64") }
        self.patch = patch
    }

    /// The review that answers a request.
    package func review(uid: String) -> JSONValue {
        var response: JSONValue = ["uid": .string(uid), "allowed": .bool(isAllowed)]
        if let patch {
            response["patchType"] = "JSONPatch"
            response["patch"] = .string(Data(patch.document.serialized()).base64EncodedString())
        }
        if !message.isEmpty { response.set(.string(message), at: "status", "message") }
        if let code { response.set(.number(JSONNumber(code)), at: "status", "code") }
        if !warnings.isEmpty { response["warnings"] = .array(warnings.map { .string($0) }) }
        return ["apiVersion": .string(AdmissionReview.apiVersion), "kind": "AdmissionReview", "response": response]
    }
}

/// The document that carries questions and answers.
package enum AdmissionReview {
    package static let apiVersion = "admission.k8s.io/v1"

    /// Something that is no answer.
    package struct Unreadable: Error, Equatable, CustomStringConvertible {
        package var description: String

        package init(_ description: String) { self.description = description }
    }
}
