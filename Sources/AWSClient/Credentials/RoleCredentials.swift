import AWSSigning
import ELBModel
package import KubernetesModel

/// A role assumed with the token of a Kubernetes service account (IAM roles for service accounts).
/// Source: STS API, AssumeRoleWithWebIdentity.
package struct WebIdentityCredentials: CredentialSource {
    /// The largest number of calls for one set of credentials.
    static let attemptsMax = 3
    private let host: HostEnvironment
    private let profile: SharedProfile
    private let endpoint: AWSEndpoint
    private let transport: any AWSTransport

    /// Reads AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE, or `role_arn` and `web_identity_token_file` of the profile.
    package init(host: HostEnvironment, profile: SharedProfile, endpoint: AWSEndpoint, transport: any AWSTransport) {
        self.host = host
        self.profile = profile
        self.endpoint = endpoint
        self.transport = transport
    }

    package func load(now: Timestamp) async throws(CredentialFailure) -> CredentialAnswer {
        guard let path = host["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? profile["web_identity_token_file"] else {
            return .absent("web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set")
        }
        guard let role = host["AWS_ROLE_ARN"] ?? profile["role_arn"] else {
            throw CredentialFailure("AWS_WEB_IDENTITY_TOKEN_FILE is '\(path)' but AWS_ROLE_ARN is not set. Set both.")
        }
        guard let file = host.readFile(host.expand(path)) else {
            throw CredentialFailure("The web identity token file '\(path)' cannot be read. Check the pod's volume.")
        }
        let token = String(file.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        let session = host["AWS_ROLE_SESSION_NAME"] ?? profile["role_session_name"] ?? "weir"
        let body = FormEncoding.encode([
            QueryItem("Action", "AssumeRoleWithWebIdentity"), QueryItem("Version", "2011-06-15"),
            QueryItem("RoleArn", role), QueryItem("RoleSessionName", session), QueryItem("WebIdentityToken", token),
        ])
        let response = try await send(body, role: role)
        let part = Self.root(of: response)?["AssumeRoleWithWebIdentityResult"]?["Credentials"]
        guard let id = part?["AccessKeyId"]?.text, let secret = part?["SecretAccessKey"]?.text,
            let session = part?["SessionToken"]?.text
        else {
            let text = String(decoding: response.body.prefix(200), as: UTF8.self)
            throw CredentialFailure("\(endpoint) answered without credentials for role '\(role)': \(text)")
        }
        let key = SigningKeyPair(accessKeyID: id, secretAccessKey: secret, sessionToken: session)
        let expiry = part?["Expiration"].flatMap { Timestamp(parsing: $0.text) }
        return .found(Credentials(key: key, expiresAt: expiry, origin: "role \(role) by web identity"))
    }

    private func send(_ body: String, role: String) async throws(CredentialFailure) -> AWSHTTPResponse {
        var problem = ""
        for _ in 0..<Self.attemptsMax {
            do throws(AWSTransportFailure) {
                let response = try await transport.send(
                    AWSHTTPRequest(
                        method: "POST", url: endpoint.description,
                        headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
                        body: Array(body.utf8), timeout: .seconds(10)))
                if response.status == 200 { return response }
                let refusal = ELBFailure(xml: response.body, httpStatus: response.status)
                problem = refusal.description
                guard refusal.isTransient || refusal.code == "IDPCommunicationError" else { break }
            } catch {
                problem = error.problem
            }
        }
        throw CredentialFailure("\(endpoint) did not give credentials for role '\(role)': \(problem)")
    }

    private static func root(of response: AWSHTTPResponse) -> XMLElement? {
        do {
            return try XMLReader.parse(response.body)
        } catch {
            return nil
        }
    }
}
