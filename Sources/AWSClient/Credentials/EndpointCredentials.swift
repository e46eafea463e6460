import AWSSigning
package import KubernetesModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The JSON which container and instance endpoints answer with.
private struct EndpointAnswer: Decodable {
    var accessKeyID: String
    var secretAccessKey: String
    var token: String?
    var expiration: String?

    enum CodingKeys: String, CodingKey {
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case token = "Token"
        case expiration = "Expiration"
    }

    static func credentials(
        in response: AWSHTTPResponse, origin: String
    ) throws(CredentialFailure) -> Credentials {
        guard response.status == 200 else {
            let text = String(decoding: response.body.prefix(200), as: UTF8.self)
            throw CredentialFailure("\(origin) answered HTTP \(response.status): \(text)")
        }
        do {
            let answer = try JSONDecoder().decode(EndpointAnswer.self, from: Data(response.body))
            let key = SigningKeyPair(
                accessKeyID: answer.accessKeyID, secretAccessKey: answer.secretAccessKey, sessionToken: answer.token)
            let expiry = answer.expiration.flatMap { Timestamp(parsing: $0) }
            return Credentials(key: key, expiresAt: expiry, origin: origin)
        } catch {
            throw CredentialFailure("\(origin) answered without AccessKeyId and SecretAccessKey")
        }
    }
}

/// Keys from the agent next to the container: EKS Pod Identity, ECS.
package struct ContainerCredentials: CredentialSource {
    /// The largest number of calls for one set of credentials.
    static let attemptsMax = 3
    private static let plainHosts: Set<String> = [
        "localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]",
    ]
    private let host: HostEnvironment
    private let transport: any AWSTransport

    /// Reads AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI and the authorization token's variable or file.
    package init(host: HostEnvironment, transport: any AWSTransport) {
        self.host = host
        self.transport = transport
    }

    package func load(now: Timestamp) async throws(CredentialFailure) -> CredentialAnswer {
        let relative = host["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"].map { "http://169.254.170.2\($0)" }
        guard let url = relative ?? host["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else {
            return .absent("container endpoint: AWS_CONTAINER_CREDENTIALS_FULL_URI is not set")
        }
        let authority = url.prefix { $0 != "?" }
        guard let endpoint = AWSEndpoint(parsing: String(authority)),
            endpoint.scheme == "https" || Self.plainHosts.contains(endpoint.host)
        else {
            throw CredentialFailure(
                "The container credentials URL '\(url)' is refused: it must be https, or http on a loopback or "
                    + "169.254.170.2, 169.254.170.23 or [fd00:ec2::23].")
        }
        var headers: [(name: String, value: String)] = [("Accept", "application/json")]
        if let token = try authorizationToken() { headers.append(("Authorization", token)) }
        let request = AWSHTTPRequest(method: "GET", url: url, headers: headers, timeout: .seconds(2))
        let response = try await send(request)
        return .found(try EndpointAnswer.credentials(in: response, origin: "container endpoint \(url)"))
    }

    private func send(_ request: AWSHTTPRequest) async throws(CredentialFailure) -> AWSHTTPResponse {
        var problem = ""
        for _ in 0..<Self.attemptsMax {
            do throws(AWSTransportFailure) {
                let response = try await transport.send(request)
                if response.status < 500 { return response }
                problem = "HTTP \(response.status)"
            } catch {
                problem = error.problem
            }
        }
        throw CredentialFailure("The container credentials endpoint \(request.url) did not answer: \(problem)")
    }

    private func authorizationToken() throws(CredentialFailure) -> String? {
        guard let path = host["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] else {
            return host["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        }
        guard let token = host.readFile(path) else {
            throw CredentialFailure("The authorization token file '\(path)' cannot be read. Check the pod's volume.")
        }
        guard !token.contains(where: \.isNewline) else {
            throw CredentialFailure("The authorization token file '\(path)' contains a line break.")
        }
        return token
    }
}

/// Keys of the EC2 instance's role, from the instance metadata service, version 2.
package struct InstanceCredentials: CredentialSource {
    /// How long to wait for an address which only answers on EC2.
    static let timeout: Duration = .seconds(1)
    private let host: HostEnvironment
    private let transport: any AWSTransport

    package init(host: HostEnvironment, transport: any AWSTransport) {
        self.host = host
        self.transport = transport
    }

    package func load(now: Timestamp) async throws(CredentialFailure) -> CredentialAnswer {
        if host["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true" {
            return .absent("instance metadata: AWS_EC2_METADATA_DISABLED is true")
        }
        let base = host["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254"
        switch await ask(base) {
        case .absent(let reason): return .absent(reason)
        case .answered(let response, let role):
            let origin = "instance metadata, role '\(role)'"
            return .found(try EndpointAnswer.credentials(in: response, origin: origin))
        }
    }

    private enum Step {
        case absent(String)
        case answered(AWSHTTPResponse, role: Substring)
    }

    private func ask(_ base: String) async -> Step {
        let path = "\(base)/latest/meta-data/iam/security-credentials/"
        do throws(AWSTransportFailure) {
            let token = try await transport.send(
                AWSHTTPRequest(
                    method: "PUT", url: "\(base)/latest/api/token",
                    headers: [("x-aws-ec2-metadata-token-ttl-seconds", "21600")], timeout: Self.timeout))
            guard token.status == 200 else {
                return .absent("instance metadata: \(base) refused a token with HTTP \(token.status)")
            }
            let headers = [(name: "x-aws-ec2-metadata-token", value: String(decoding: token.body, as: UTF8.self))]
            let list = try await transport.send(
                AWSHTTPRequest(method: "GET", url: path, headers: headers, timeout: Self.timeout))
            let names = String(decoding: list.body, as: UTF8.self)
            guard list.status == 200, let role = names.split(whereSeparator: \.isNewline).first else {
                return .absent("instance metadata: the instance has no role")
            }
            let answer = try await transport.send(
                AWSHTTPRequest(method: "GET", url: path + role, headers: headers, timeout: Self.timeout))
            return .answered(answer, role: role)
        } catch {
            return .absent("instance metadata: \(base) did not answer (\(error))")
        }
    }
}
