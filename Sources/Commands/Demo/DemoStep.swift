package import KubernetesModel

/// What a `setWeight` step asked for and what was seen while it held.
package struct DemoStep: Equatable, Sendable {
    /// The step's index in the spec.
    package var index: Int
    /// Percent for the canary.
    package var setWeight: Int
    /// When the annotation first asked for the weight.
    package var requestedAt: Timestamp
    /// When the controller reported the weight as confirmed by the load balancer; `nil` if it never did.
    package var confirmedAt: Timestamp?
    /// The weight that was confirmed, percent.
    package var confirmedWeight: Int?
    /// When the next weight was asked for; `nil` while this one holds.
    package var endedAt: Timestamp?
    /// Requests sent while the weight was confirmed and unchanged.
    package var requests = 0
    /// Of those, how many the canary answered.
    package var canaryRequests = 0

    package init(index: Int, setWeight: Int, requestedAt: Timestamp) {
        self.index = index
        self.setWeight = setWeight
        self.requestedAt = requestedAt
    }

    /// The share that the canary answered, 0...1; `nil` without requests.
    package var observedShare: Double? {
        requests == 0 ? nil : Double(canaryRequests) / Double(requests)
    }

    /// The 99.9 % interval of canary answers that the weight promises.
    package var expectedCounts: ClosedRange<Int> {
        BinomialInterval.counts(trials: requests, share: Double(setWeight) / 100, confidence: 0.999)
    }

    /// Whether enough was seen and it lies in the interval.
    package var isAsPromised: Bool {
        confirmedWeight == setWeight && requests > 0 && expectedCounts.contains(canaryRequests)
    }

    /// Seconds from the request to the confirmation.
    package var confirmedAfter: Double? {
        confirmedAt.map { requestedAt.duration(to: $0).inSeconds }
    }
}

/// A pod of the demonstration, from its first to its last sign.
package struct DemoPod: Equatable, Sendable {
    package var name: String
    package var image: String
    package var ip: String
    package var createdAt: Timestamp
    /// When deletion was asked for.
    package var deletionRequestedAt: Timestamp?
    /// When the object was gone.
    package var deletedAt: Timestamp?
    /// When the load balancer's data plane could last have routed a request to it.
    package var lastReachableAt: Timestamp?

    package init(name: String, image: String, ip: String, createdAt: Timestamp) {
        self.name = name
        self.image = image
        self.ip = ip
        self.createdAt = createdAt
    }

    /// The tag of the image: what the demonstration calls the version.
    package var version: String {
        image.split(separator: ":").last.map(String.init) ?? image
    }
}
