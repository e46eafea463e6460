import JSON

/// `status.canary.weights`: the weights that were last asked for, and whether reads have confirmed them.
package struct TrafficWeights: Hashable, Sendable {
    /// One destination of the action.
    package struct Destination: Hashable, Sendable {
        /// Percent, 0...100.
        package var weight: Int
        package var serviceName: String
        /// The hash of the ReplicaSet behind the service.
        package var podTemplateHash: String

        package init(weight: Int, serviceName: String, podTemplateHash: String) {
            self.weight = weight
            self.serviceName = serviceName
            self.podTemplateHash = podTemplateHash
        }

        init(document: JSONValue?) {
            weight = document?["weight"]?.intValue ?? 0
            serviceName = document?["serviceName"]?.stringValue ?? ""
            podTemplateHash = document?["podTemplateHash"]?.stringValue ?? ""
        }

        var document: JSONValue {
            var result: JSONValue = ["weight": .int(weight)]
            if !serviceName.isEmpty { result["serviceName"] = .string(serviceName) }
            if !podTemplateHash.isEmpty { result["podTemplateHash"] = .string(podTemplateHash) }
            return result
        }
    }

    package var canary: Destination
    package var stable: Destination
    /// `nil` when nothing was read yet.
    package var verified: Bool?

    package init(canary: Destination, stable: Destination, verified: Bool? = nil) {
        self.canary = canary
        self.stable = stable
        self.verified = verified
    }

    init?(document: JSONValue?) {
        guard let document, document.objectValue != nil else { return nil }
        canary = Destination(document: document["canary"])
        stable = Destination(document: document["stable"])
        verified = document["verified"]?.boolValue
    }

    var document: JSONValue {
        var result: JSONValue = ["canary": canary.document, "stable": stable.document]
        if let verified { result["verified"] = .bool(verified) }
        return result
    }
}
