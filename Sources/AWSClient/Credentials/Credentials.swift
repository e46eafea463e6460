package import AWSSigning
package import KubernetesModel

/// Keys with their origin and end.
package struct Credentials: Equatable, Sendable {
    package var key: SigningKeyPair
    /// `nil` for keys which do not expire.
    package var expiresAt: Timestamp?
    /// Where they came from, for logs: "profile 'dev' in ~/.aws/credentials".
    package var origin: String

    package init(key: SigningKeyPair, expiresAt: Timestamp? = nil, origin: String) {
        self.key = key
        self.expiresAt = expiresAt
        self.origin = origin
    }
}

/// What one place had to offer.
package enum CredentialAnswer: Equatable, Sendable {
    /// Usable keys.
    case found(Credentials)
    /// Nothing is set up there; says what was looked at and what it lacks.
    case absent(String)
}

/// Keys could not be had; the text lists every place looked at and why it was passed over.
package struct CredentialFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// One place where credentials may be.
package protocol CredentialSource: Sendable {
    /// The credentials, or why there are none here. Throws when the place is set up but does not work, which ends the
    /// search: falling through to another identity would hide the mistake.
    func load(now: Timestamp) async throws(CredentialFailure) -> CredentialAnswer
}

/// Asks sources in order; the first which has credentials is used.
package struct CredentialChain: CredentialSource {
    package var sources: [any CredentialSource]

    package init(_ sources: [any CredentialSource]) {
        self.sources = sources
    }

    package func load(now: Timestamp) async throws(CredentialFailure) -> CredentialAnswer {
        var reasons: [String] = []
        for source in sources {
            switch try await source.load(now: now) {
            case .found(let credentials): return .found(credentials)
            case .absent(let reason): reasons.append(reason)
            }
        }
        let list = reasons.joined(separator: "; ")
        throw CredentialFailure(
            "no AWS credentials were found. Looked at \(list). Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                + "name a profile with AWS_PROFILE, or give the pod a role")
    }
}
