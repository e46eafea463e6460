import AWSSigning
package import KubernetesModel

/// Keys in the environment variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
package struct EnvironmentCredentials: CredentialSource {
    private let host: HostEnvironment

    package init(host: HostEnvironment) {
        self.host = host
    }

    package func load(now: Timestamp) async throws(CredentialFailure) -> CredentialAnswer {
        guard let id = host["AWS_ACCESS_KEY_ID"] ?? host["AWS_ACCESS_KEY"] else {
            return .absent("environment: AWS_ACCESS_KEY_ID is not set")
        }
        guard let secret = host["AWS_SECRET_ACCESS_KEY"] ?? host["AWS_SECRET_KEY"] else {
            throw CredentialFailure(
                "AWS_ACCESS_KEY_ID is set to '\(id)' but AWS_SECRET_ACCESS_KEY is not. Set both, or neither.")
        }
        let key = SigningKeyPair(
            accessKeyID: id, secretAccessKey: secret, sessionToken: host["AWS_SESSION_TOKEN"])
        return .found(Credentials(key: key, origin: "environment"))
    }
}

/// Keys written into a profile of the shared files.
package struct ProfileCredentials: CredentialSource {
    /// Ways of getting credentials a profile may name which this client does not support.
    private static let unsupported = ["credential_process", "sso_session", "sso_start_url", "login_session"]
    private let profile: SharedProfile

    package init(profile: SharedProfile) {
        self.profile = profile
    }

    package func load(now: Timestamp) async throws(CredentialFailure) -> CredentialAnswer {
        let place = "profile '\(profile.name)' in \(profile.paths.joined(separator: ", "))"
        guard profile.exists else { return .absent("\(place): no such profile") }
        if let id = profile["aws_access_key_id"] {
            guard let secret = profile["aws_secret_access_key"] else {
                throw CredentialFailure("\(place): aws_access_key_id is '\(id)' but aws_secret_access_key is missing.")
            }
            let key = SigningKeyPair(
                accessKeyID: id, secretAccessKey: secret, sessionToken: profile["aws_session_token"])
            return .found(Credentials(key: key, origin: place))
        }
        for name in Self.unsupported where profile[name] != nil {
            return .absent(
                "\(place): '\(name)' is not supported; export keys with 'aws configure export-credentials --format env'"
            )
        }
        return .absent("\(place): has no aws_access_key_id")
    }
}
