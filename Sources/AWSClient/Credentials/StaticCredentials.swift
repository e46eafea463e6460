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
