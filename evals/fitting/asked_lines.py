"""Lines of our own on which the head for "a person, please" is fitted, beside the data sets. The tests use other lines."""

WISHES = tuple(
    """
Let me talk to someone
real person please
agent!!
I don't want a bot
is there a human
operator
can somebody call me
human
HUMAN NOW
I want to speak with a real person, not a machine
can i plz talk to a humam
get me a human being
i need to speak to a represenative
representative
Please connect me to customer care executive
transfer me to an agent
could you transfer me please
I'd like to talk to a manager
let me speak to your supervisor
get me your boss
This bot is useless, give me a person
stop with the bot answers, get me somebody
Are there any humans working here?
anyone there?
is anybody there
hello?? is anyone alive there
I would rather chat with a human
can I get some human help
put me through to someone who knows what they're doing
I want to talk with someone from your team
can I speak to someone about my refund
I need to discuss this with a person
Can someone from support contact me?
please have an agent reach out to me
may I have a word with someone?
I'd prefer to deal with a human
Live chat please
live agent
start live chat
chat with an agent
talk to support
speak to support
talk to a human
talk to human
I need human assistance
need real help from a real human
can a person look at this
could a human look into my case
escalate this to a person
I want this escalated
I'm done talking to a robot
you're a bot, I want somebody real
Let me talk to a real one
phone call with agent
call me
please call me back at 555-1234
i want a callback
how do i get a human on here
how do I reach a human being?
what's the way to get through to a person
ok just let me chat w/ someone
connect me with support team
put me on with a rep
i wanna talk 2 a person
speak 2 agent pls
tlak to agnet
taht doesnt help, lemme speak to sb
i want to talk to smeone
is it possible to talk to a staff member?
Someone human please
May I please be connected with an associate?
I'd like to be transferred to a colleague of yours
can you hand me over to a colleague
Hand me over to support staff
I demand to speak to a person in charge
Can I talk to the person in charge?
who can I talk to about this?
is there someone I could speak with?
I want to message a real employee
switch me to a human
not you, a human
no more robots
no bots please
I do not want to chat with AI
I want to talk to a person about a wrong charge
Customer service representative please
please let a human answer
nobody is reading this, are there people?
give me the number of a person I can call
give me someone to talk to
I'd love to speak with somebody who works there
there has to be a person I can talk to
just let me speak with a human already
I want a person to answer me
can't I just speak with somebody
real human needed
let me speak to the manager
somebody from your company should contact me
please pass me to a colleague
please forward my chat to a staff member
I am asking for a human for the third time
do you have actual people I can talk to
can I be put in touch with someone
I would like human help
hand this to a person
this is going nowhere, person please
I don't trust a computer with this
someone needs to talk to me about this
bring a human in
I want to be transferred
get a real person on the line
who is there to talk to
may I speak to somebody in charge
have someone phone me
send this to an agent
let me out of this bot
stop this automated nonsense and get someone
could I be connected to a member of your staff
chat with staff
""".strip().splitlines()
)

OTHERS = tuple(
    """
what is an agent
is your agent commission included
can I talk to my doctor about these insoles
human resources address
Do you offer an agent discount
What are your opening hours?
How can I contact customer service?
What is the phone number of customer support?
What's your email address?
how do I add another person to my account
Can someone else pick up my parcel?
is it safe for humans
what is the user agent of your crawler
How do I become a sales agent
my delivery agent was rude
I spoke to an agent yesterday and she promised a refund
the operator on the phone told me to write here
I don't want to talk to anyone, just cancel my order
no need for a human, thanks
are you a human?
am I talking to a bot?
are you real?
is this a real person
how do I exclude bot traffic
I don't want bots to crawl my site
Does the shoe fit a real foot
Is the leather real
can I return a gift someone gave me
someone stole my parcel
somebody else used my card
can someone help me with my order
how many people work there
who is your manager
can I use my phone number to log in
do you call before delivery?
will the courier call me before delivery
the courier didn't call me
Can I chat in German?
Is live chat available on weekends?
how do I contact the seller
I need help
help
I want to speak about my refund
please contact me when it is back in stock
email me when available
I have contacted the manufacturer already
my assistant ordered the wrong size
I need an assistant size chart
can you recommend someone for repairs
What does operator mean in the search filter?
I would like a personal assistant device
Can I talk to my bank about a chargeback?
Do I have to talk to someone to cancel?
can i cancel without talking to an agent
I was on the phone with someone for an hour
Can I order for another person
is the person at the door allowed to sign
how do customers talk to an agent in your product
Do you have a real store
is there anyone who bought size 42
help
I need help
I need assistance
hello
can you help me
please get me my order
what is an agency fee
Are the shoes made for human feet
Do your people speak Spanish?
I want to talk about my bill
chat is not loading
the chat window is empty
contact lens size
who is your supplier
Can I get a gift for someone special?
You are awful people
act like a real person
don't talk anymore
thanks, that helped a lot
I have a complaint
I want to make a claim
get in touch with customer assistance
how do I register
can I speak to the chef about allergies
what does the representative sample mean
person of contact on the invoice
call it a day
is your product handmade by people
operator precedence
agentic workflows
no, that is all
not now thanks
my connection to the server is lost
transfer money to another person
connect my store to Google
""".strip().splitlines()
)
