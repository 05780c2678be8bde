// Stands in for the client until it is here, and says so on the page rather than in a console that nobody opens.
const notice = document.createElement("p");
notice.textContent = "The page has loaded its module. The client that belongs in its place is not part of this build.";
document.body.append(notice);
